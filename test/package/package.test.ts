import { execFileSync } from 'node:child_process'
import { cpSync, mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { completeBlocks, isTestFile } from '../docs/blocks.ts'

const root = fileURLToPath(new URL('../..', import.meta.url))
const windows = process.platform === 'win32'
let folder: string

/** Runs a command in the empty folder, as a new user would. */
function shell(command: string, ...args: string[]): string {
  return execFileSync(windows ? `${command}.cmd` : command, args, {
    cwd: folder,
    encoding: 'utf8',
    shell: windows,
    env: { ...process.env, NODE_ENV: '', VITEST: '', NO_COLOR: '1' },
  })
}

/** What a checker printed, also where it found something. */
function problems(command: string, ...args: string[]): string {
  try {
    return shell(command, ...args)
  } catch (error) {
    return (error as { stdout: string }).stdout
  }
}

beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'kafka-testkit-package-'))
  execFileSync(windows ? 'npm.cmd' : 'npm', ['pack', '--ignore-scripts', '--pack-destination', folder], {
    cwd: root,
    shell: windows,
    stdio: 'pipe',
  })
  const tarball = readdirSync(folder).find((name) => name.endsWith('.tgz'))
  writeFileSync(join(folder, 'package.json'), JSON.stringify({ name: 'new-user', private: true, type: 'module' }))
  shell('npm', 'install', '--save-dev', 'vitest@5.1.1', 'typescript@7.0.2', '@types/node@24', `./${tarball}`)
  writeFileSync(
    join(folder, 'vitest.config.ts'),
    `import { defineConfig } from 'vitest/config'
import kafka from 'kafka-testkit/vitest/config'

export default defineConfig({ plugins: [kafka()] })
`,
  )
  // The README's first example, and the service that it tests.
  const [example] = completeBlocks('README.md').filter(isTestFile)
  mkdirSync(join(folder, 'tests'))
  writeFileSync(join(folder, 'tests/order.test.ts'), example?.code ?? '')
  cpSync(join(root, 'fixtures/retail/src'), join(folder, 'src'), { recursive: true })
})
afterAll(() => rmSync(folder, { recursive: true, force: true, maxRetries: 5 }))

test('the first example works at the first try, and leaves a history', () => {
  expect(shell('npx', 'vitest', 'run')).toMatch(/Tests\s+1 passed/)
  expect(shell('npx', 'kafka-testkit', 'history', 'show', 'latest')).toContain('an order over stock is rejected')
})

test.each(['nodenext', 'preserve'])(
  'its types hold in a strict project that checks libraries too, with module %s',
  (module) => {
    writeFileSync(
      join(folder, 'tsconfig.json'),
      JSON.stringify({
        compilerOptions: {
          strict: true,
          noEmit: true,
          module,
          target: 'es2023',
          lib: ['es2023', 'esnext.disposable'],
          types: ['node'],
          exactOptionalPropertyTypes: true,
          skipLibCheck: false,
          // The service's own; the example imports it without one, as bundlers allow.
          allowImportingTsExtensions: true,
        },
        // The example imports its service without an extension, as a bundler allows.
        include: module === 'nodenext' ? ['*.ts'] : ['*.ts', 'tests'],
      }),
    )
    expect(problems('npx', 'tsc', '-p', '.')).toBe('')
  },
)

test('a CommonJS and an ES module load what has no runner', () => {
  writeFileSync(
    join(folder, 'load.cjs'),
    "const { startBroker } = require('kafka-testkit/broker'); require('kafka-testkit'); startBroker().then((broker) => { console.log(broker.brokers.length); return broker.close() })",
  )
  writeFileSync(
    join(folder, 'load.mjs'),
    "import { startBroker } from 'kafka-testkit/broker'; import 'kafka-testkit'; const broker = await startBroker(); console.log(broker.brokers.length); await broker.close()",
  )
  expect(shell('node', 'load.cjs').trim()).toBe('1')
  expect(shell('node', 'load.mjs').trim()).toBe('1')
})

test('the endpoint works as installed, and names the client that PostgreSQL wants', () => {
  const create = ['kafka-testkit', 'serve', 'token', 'create', '--name', 'CI', '--scope', 'admin']
  expect(() => shell('npx', ...create)).toThrow('there is no store in')
  // Starts an endpoint, and stops it by its last line.
  writeFileSync(
    join(folder, 'serve.cjs'),
    `const main = require.resolve('kafka-testkit/package.json').replace('package.json', 'dist/cli/main.js')
const served = require('node:child_process').spawn(process.execPath, [main, 'serve', '--port', '0'])
served.stdout.on('data', (lines) => String(lines).includes('listens') && served.kill())`,
  )
  shell('node', 'serve.cjs')
  expect(shell('npx', ...create)).toMatch(/^ktk_[\w-]{43}\n$/)
  process.env.DATABASE_URL = 'postgres://127.0.0.1:1/none'
  try {
    expect(() => shell('npx', ...create)).toThrow('whose client is not installed: npm install pg')
  } finally {
    delete process.env.DATABASE_URL
  }
})
