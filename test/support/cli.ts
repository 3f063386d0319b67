import { spawn } from 'node:child_process'
import {
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  realpathSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'

const main = fileURLToPath(new URL('../../dist/cli/main.js', import.meta.url))

/** A folder of a user's, outside of the repo. */
export interface Folder {
  path: string
  /** Runs `kafka-testkit` in it, or in a folder of it. */
  cli(args: string[], inside?: string): Promise<{ exitCode: number | null; output: string; errors: string }>
  /** Every file by its path, with `/`. */
  files(): Record<string, string>
  [Symbol.dispose](): void
}

/** Objects are written as JSON. */
export function createFolder(files: Record<string, string | object>): Folder {
  const path = realpathSync(mkdtempSync(join(tmpdir(), 'kafka-testkit-cli-')))
  for (const [name, content] of Object.entries(files)) {
    mkdirSync(dirname(join(path, name)), { recursive: true })
    writeFileSync(join(path, name), typeof content === 'string' ? content : `${JSON.stringify(content, null, 2)}\n`)
  }
  return {
    path,
    cli: (args, inside = '.') => runCli(args, join(path, inside), path),
    files: () =>
      Object.fromEntries(
        readdirSync(path, { recursive: true, encoding: 'utf8' })
          .filter((name) => statSync(join(path, name)).isFile())
          .map((name) => [name.replaceAll('\\', '/'), readFileSync(join(path, name), 'utf8')] as const)
          .sort(([a], [b]) => (a < b ? -1 : 1)),
      ),
    [Symbol.dispose]: () => rmSync(path, { recursive: true, force: true, maxRetries: 5 }),
  }
}

function runCli(args: string[], cwd: string, root: string): ReturnType<Folder['cli']> {
  const { promise, resolve, reject } = Promise.withResolvers<Awaited<ReturnType<Folder['cli']>>>()
  const child = spawn(process.execPath, [main, ...args], { cwd, env: { ...process.env, NO_COLOR: '1' }, stdio: 'pipe' })
  child.stdin.end()
  // The folder's own name differs from run to run.
  const clean = (text: string): string => {
    const without = text.replaceAll(root, '<folder>')
    return process.platform === 'win32' ? without.replaceAll('\\', '/') : without
  }
  let output = ''
  let errors = ''
  child.stdout.on('data', (chunk) => (output += chunk))
  child.stderr.on('data', (chunk) => (errors += chunk))
  const timer = setTimeout(() => {
    child.kill('SIGKILL')
    reject(new Error(`still running after 15 s: kafka-testkit ${args.join(' ')}\n${output}${errors}`))
  }, 15_000)
  child.on('close', (exitCode) => {
    clearTimeout(timer)
    resolve({ exitCode, output: clean(output), errors: clean(errors) })
  })
  return promise
}
