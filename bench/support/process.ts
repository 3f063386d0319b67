import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { createInterface } from 'node:readline'

/**
 * Runs JavaScript in a fresh Node and gives what it prints, as JSON. It has a channel to its parent, as a worker of
 * Vitest has. Fails after a minute.
 */
export async function runFresh<T>(code: string, nodeOptions: readonly string[] = []): Promise<T> {
  const child = spawn(process.execPath, [...nodeOptions, '--input-type=module', '--eval', code], {
    stdio: ['ignore', 'pipe', 'inherit', 'ipc'],
    timeout: 60_000,
  })
  let printed = ''
  child.stdout?.on('data', (chunk) => (printed += chunk))
  const [exitCode] = await once(child, 'close')
  if (exitCode !== 0) throw new Error(`a fresh process ended with ${exitCode}: ${code}`)
  return JSON.parse(printed) as T
}

/** Resolves with the first line that a child prints. */
export async function firstLine(child: ChildProcess): Promise<string> {
  if (child.stdout === null) throw new Error('the child has no standard output to read')
  const lines = createInterface({ input: child.stdout })
  const ended = once(child, 'close').then(([exitCode]) => {
    throw new Error(`the child ended with ${exitCode} before it printed a line`)
  })
  const [line] = await Promise.race([once(lines, 'line'), ended])
  return String(line)
}

/** Runs a program to its end without its output. Fails with that output when the program does, or after two minutes. */
export async function runQuietly(command: string, args: readonly string[]): Promise<void> {
  const child = spawn(command, args, { stdio: ['ignore', 'pipe', 'pipe'], timeout: 120_000 })
  let printed = ''
  for (const output of [child.stdout, child.stderr]) output.on('data', (chunk) => (printed += chunk))
  const [exitCode] = await once(child, 'close')
  if (exitCode !== 0) throw new Error(`${command} ended with ${exitCode}:\n${printed.slice(-2000)}`)
}
