import { spawn } from 'node:child_process'

interface ExecuteOptions {
  cwd?: string
  /** Environment variables besides those of this process. */
  env?: Record<string, string>
  /** Milliseconds until it is killed. Default: five minutes. */
  deadline?: number
}

/** Runs a command to its end; its output goes to the terminal. Throws when it is missing, fails or takes too long. */
export async function execute(
  command: string,
  args: readonly string[],
  { cwd, env, deadline = 300_000 }: ExecuteOptions = {},
): Promise<void> {
  const { promise, resolve, reject } = Promise.withResolvers<void>()
  // Maven is a .cmd file on Windows, which only a shell runs.
  const child = spawn(command, args, {
    cwd,
    env: { ...process.env, ...env },
    stdio: ['ignore', 'inherit', 'inherit'],
    shell: process.platform === 'win32',
  })
  const timer = setTimeout(() => child.kill('SIGKILL'), deadline)
  child.on('error', reject)
  child.on('close', (code, signal) => {
    clearTimeout(timer)
    if (code === 0) resolve()
    else reject(new Error(`${command} ${args.join(' ')} ended with ${code ?? signal}`))
  })
  await promise
}

/** Whether a command is there and answers. */
export async function answers(command: string, args: readonly string[]): Promise<boolean> {
  const { promise, resolve } = Promise.withResolvers<boolean>()
  const child = spawn(command, args, { stdio: 'ignore', shell: process.platform === 'win32', timeout: 30_000 })
  child.on('error', () => resolve(false))
  child.on('close', (code) => resolve(code === 0))
  return await promise
}
