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
import { format } from 'node:util'
import { vi } from 'vitest'
import { runCommand } from '../../src/cli/program.ts'

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

export interface Ended {
  exitCode: number
  stdout: string
  stderr: string
  /** Both, in their order. */
  output: string
}

/** Runs `kafka-testkit` in a folder, in this process: one at a time. */
export async function kafkaTestkit(folder: string, args: readonly string[]): Promise<Ended> {
  const ended: Ended = { exitCode: 0, stdout: '', stderr: '', output: '' }
  const take = (stream: 'stdout' | 'stderr') => (text: string | Uint8Array) => {
    ended[stream] += text
    ended.output += text
    return true
  }
  const line =
    (stream: 'stdout' | 'stderr') =>
    (...values: unknown[]) =>
      void take(stream)(`${format(...values)}\n`)
  const spies = [
    vi.spyOn(console, 'log').mockImplementation(line('stdout')),
    vi.spyOn(console, 'error').mockImplementation(line('stderr')),
    vi.spyOn(process.stdout, 'write').mockImplementation(take('stdout')),
    vi.spyOn(process.stderr, 'write').mockImplementation(take('stderr')),
  ]
  const before = process.cwd()
  process.chdir(folder)
  try {
    await runCommand(args)
    ended.exitCode = Number(process.exitCode ?? 0)
  } finally {
    process.exitCode = undefined
    process.chdir(before)
    for (const spy of spies) spy.mockRestore()
  }
  return ended
}

async function runCli(args: string[], cwd: string, root: string): ReturnType<Folder['cli']> {
  const { exitCode, stdout, stderr } = await kafkaTestkit(cwd, args)
  // The folder's own name differs from run to run.
  const clean = (text: string): string => {
    const without = text.replaceAll(root, '<folder>')
    return process.platform === 'win32' ? without.replaceAll('\\', '/') : without
  }
  return { exitCode, output: clean(stdout), errors: clean(stderr) }
}
