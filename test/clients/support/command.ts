import { spawn } from 'node:child_process'
import { once } from 'node:events'

export interface CommandOptions {
  /** Standard input; empty when left out. */
  input?: string | Buffer
  env?: Record<string, string>
  /** Milliseconds until the process is killed and the command fails. */
  deadline?: number
}

export interface Finished {
  exitCode: number | null
  stdout: string
  stderr: string
}

/** A client in a process of its own. Disposing of it ends the process. */
export interface Command extends AsyncDisposable {
  /** Resolves with the match once what the process printed (standard output, then error output) has one. */
  printed(pattern: RegExp): Promise<RegExpMatchArray>
  /** Asks the process to stop, as a user would by Ctrl+C. */
  interrupt(): void
  /** Its end, whatever the exit code; rejects when the deadline passed or it could not be started. */
  readonly finished: Promise<Finished>
}

export function start(command: string, args: readonly string[], options: CommandOptions = {}): Command {
  const { input = '', env = {}, deadline = 90_000 } = options
  const child = spawn(command, args, { env: { ...process.env, ...env }, stdio: 'pipe' })
  const line = `${command} ${args.join(' ')}`
  let stdout = ''
  let stderr = ''
  const finished = Promise.withResolvers<Finished>()
  const waiting = new Set<() => void>()
  let ended = false
  const shown = () => `${line}\n--- stdout\n${stdout}\n--- stderr\n${stderr}`
  const fail = (reason: string) => {
    finished.reject(new Error(`${reason}: ${shown()}`))
    child.kill('SIGKILL')
  }
  const timer = setTimeout(() => fail(`still running after ${deadline} ms`), deadline)
  const look = () => {
    for (const attempt of waiting) attempt()
  }
  child.stdout.setEncoding('utf8').on('data', (text: string) => {
    stdout += text
    look()
  })
  child.stderr.setEncoding('utf8').on('data', (text: string) => {
    stderr += text
    look()
  })
  child.on('error', (error) => fail(error.message))
  child.on('close', (exitCode) => {
    clearTimeout(timer)
    ended = true
    look()
    finished.resolve({ exitCode, stdout, stderr })
  })
  // A process that ends without reading its input must not fail the test by EPIPE: its exit code says more.
  child.stdin.on('error', () => {})
  child.stdin.end(input)
  finished.promise.catch(look)

  return {
    finished: finished.promise,
    printed(pattern) {
      const { promise, resolve, reject } = Promise.withResolvers<RegExpMatchArray>()
      const attempt = () => {
        const match = stdout.match(pattern) ?? stderr.match(pattern)
        if (match === null && !ended) return
        waiting.delete(attempt)
        if (match !== null) resolve(match)
        else reject(new Error(`ended without printing ${pattern}: ${shown()}`))
      }
      waiting.add(attempt)
      attempt()
      return promise
    },
    interrupt: () => void child.kill('SIGINT'),
    async [Symbol.asyncDispose]() {
      if (ended) return
      child.kill('SIGKILL')
      await once(child, 'close')
    },
  }
}

/** Runs a client to its end. Rejects, with all that it printed, when the exit code isn't 0. */
export async function run(command: string, args: readonly string[], options: CommandOptions = {}): Promise<Finished> {
  await using child = start(command, args, options)
  const finished = await child.finished
  if (finished.exitCode === 0) return finished
  throw new Error(
    `exit code ${finished.exitCode}: ${command} ${args.join(' ')}\n--- stdout\n${finished.stdout}\n--- stderr\n${finished.stderr}`,
  )
}
