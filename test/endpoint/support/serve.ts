import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { createInterface } from 'node:readline'
import { fileURLToPath } from 'node:url'
import { Client } from './client.ts'

const main = fileURLToPath(new URL('../../../dist/cli/main.js', import.meta.url))
const DEADLINE_MS = 30_000

/** The endpoint in a process of its own, as `npx kafka-testkit serve` starts it. */
export interface Served {
  /** With the token that it printed, or the one of `env`. */
  client: Client
  /** What it printed at its start, a line each. */
  printed: string[]
  /** Its log, a line each. */
  log: string[]
  kill(signal: NodeJS.Signals): void
  /** Its exit code, when it has ended. */
  ended: Promise<number | null>
  [Symbol.asyncDispose](): Promise<void>
}

export async function serve(args: readonly string[], env: Record<string, string> = {}): Promise<Served> {
  const child = start(['serve', '--port', '0', ...args], env)
  const printed: string[] = []
  const log: string[] = []
  createInterface({ input: child.stderr! }).on('line', (line) => log.push(line))
  const ended = once(child, 'close').then(([code]) => code as number | null)
  const url = await new Promise<string>((resolve, reject) => {
    // The last that it prints before it waits.
    createInterface({ input: child.stdout! }).on('line', (line) => {
      printed.push(line)
      const found = /listens on (\S+)/.exec(line)?.[1]
      if (found !== undefined) resolve(found)
    })
    void ended.then((code) => reject(new Error(`it ended with ${code}:\n${[...printed, ...log].join('\n')}`)))
  })
  const token = env.KAFKA_TESTKIT_ADMIN_TOKEN ?? /shown this once: (\S+)/.exec(printed.join('\n'))?.[1]
  return {
    client: new Client(url, token),
    printed,
    log,
    ended,
    kill: (signal) => void child.kill(signal),
    [Symbol.asyncDispose]: async () => {
      child.kill('SIGKILL')
      await ended
    },
  }
}

/** Runs another command of kafka-testkit to its end. */
export async function cli(
  args: readonly string[],
  env: Record<string, string> = {},
): Promise<{ exitCode: number | null; stdout: string; stderr: string }> {
  const child = start(args, env)
  const timer = setTimeout(() => child.kill('SIGKILL'), DEADLINE_MS)
  let stdout = ''
  let stderr = ''
  child.stdout!.on('data', (text) => (stdout += text))
  child.stderr!.on('data', (text) => (stderr += text))
  const [exitCode] = (await once(child, 'close')) as [number | null]
  clearTimeout(timer)
  return { exitCode, stdout, stderr }
}

function start(args: readonly string[], env: Record<string, string>): ChildProcess {
  const { NODE_OPTIONS: _, DATABASE_URL: __, KAFKA_TESTKIT_ADMIN_TOKEN: ___, ...inherited } = process.env
  return spawn(process.execPath, [main, ...args], {
    env: { ...inherited, NO_COLOR: '1', ...env },
    stdio: ['ignore', 'pipe', 'pipe'],
  })
}
