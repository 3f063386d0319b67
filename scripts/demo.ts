// Shows the package at work: the suite of fixtures/retail, one test that fails on purpose, and what the history kept.
import { spawnSync } from 'node:child_process'
import { readdirSync, statSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import type { Line } from '../src/run/model.ts'
import { linkPackage } from './link-package.ts'

const root = fileURLToPath(new URL('..', import.meta.url))
const retail = join(root, 'fixtures/retail')
const cli = join(root, 'dist/cli/main.js')
const module = (path: string): string => join(root, 'node_modules', path)

/** Runs a script by this Node, its output on this terminal; its exit code. */
function run(script: string, args: string[], cwd: string): number {
  const { status, error } = spawnSync(process.execPath, [script, ...args], { cwd, stdio: 'inherit' })
  if (error !== undefined) throw error
  return status ?? 1
}

function heading(text: string): void {
  console.log(`\n${'─'.repeat(4)} ${text} ${'─'.repeat(Math.max(4, 100 - text.length))}\n`)
}

function newest(folder: string): number {
  const files = readdirSync(folder, { recursive: true, encoding: 'utf8' })
  return Math.max(...files.map((file) => statSync(join(folder, file)).mtimeMs))
}

function isBuilt(): boolean {
  const built = statSync(cli, { throwIfNoEntry: false })
  return built !== undefined && built.mtimeMs >= newest(join(root, 'src'))
}

/** Whether the test of `demo/` failed as it has to, which the history knows. */
function failsOnPurpose(): boolean {
  const exitCode = run(module('vitest/vitest.mjs'), ['run', '--config', 'demo/vitest.config.ts'], retail)
  const show = [cli, 'history', 'show', 'latest', '--json']
  const { stdout } = spawnSync(process.execPath, show, { cwd: retail, encoding: 'utf8' })
  const lines = JSON.parse(stdout) as Line[]
  const failed = lines.filter((line) => line.type === 'check' && line.verdict === 'failed')
  return exitCode === 1 && failed.length === 1 && lines.filter((line) => line.type === 'test').length === 1
}

/** Where the report of the latest run is, which failed on purpose. */
function failedReport(): string {
  return spawnSync(process.execPath, [cli, 'report'], { cwd: retail, encoding: 'utf8' }).stdout.trim()
}

/** What there is to show, in order; each says whether it went as expected. */
const parts: [title: string, show: () => boolean][] = [
  ['The tests of a small order service', () => run(module('vitest/vitest.mjs'), ['run'], retail) === 0],
  ['A test that fails on purpose', failsOnPurpose],
  [
    'What the history kept: npx kafka-testkit history show latest',
    () => run(cli, ['history', 'show', 'latest'], retail) === 0,
  ],
]

if (!isBuilt() && run(module('tsdown/dist/run.mjs'), ['--logLevel', 'error'], root) !== 0) process.exit(1)
linkPackage()
for (const [title, show] of parts) {
  heading(title)
  if (show()) continue
  console.error(`\nThe demo did not go as expected: ${title}`)
  process.exit(1)
}
heading('Look at it')
console.log(`The failing test's report, a page to open in a browser:

  ${failedReport()}

Of another run: cd fixtures/retail && node ../../dist/cli/main.js report --open`)
