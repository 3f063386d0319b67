import { spawn } from 'node:child_process'
import { createInterface } from 'node:readline'

/** A program that is a member of a group (`PROGRAM member BROKERS TOPIC GROUP`). Disposing of it kills it. */
export interface Member extends AsyncDisposable {
  /** The partitions that it has now, as it says. */
  readonly assigned: readonly number[]
  /** The values of what it has handled and committed, in its order. */
  readonly handled: readonly string[]
  /** Asks it to leave, and waits until it has ended. Rejects when it ends otherwise than by 0. */
  leave(): Promise<void>
  /** All that it printed. */
  printed(): string
  /** Ends it as a crash does. */
  kill(): Promise<void>
}

/** Milliseconds. A member that was killed keeps its partitions on real Kafka until its session of 6 s is over. */
const deadline = 45_000

export interface Members extends AsyncDisposable {
  start(command: string, args: readonly string[]): Member
  /** Resolves when what the members print makes it true; rejects after the deadline, with what they have printed. */
  until(what: string, holds: () => boolean): Promise<void>
}

/** Starts members, and tells when what all of them printed is as wanted. */
export function members(): Members {
  const all: Member[] = []
  const told = new EventTarget()
  const look = () => told.dispatchEvent(new Event('look'))
  return {
    start(command, args) {
      const member = startMember(command, args, look)
      all.push(member)
      return member
    },
    async until(what, holds) {
      const { promise, resolve, reject } = Promise.withResolvers<void>()
      const attempt = () => holds() && resolve()
      const timer = setTimeout(() => {
        reject(new Error(`not after ${deadline} ms: ${what}\n${all.map((member) => member.printed()).join('\n')}`))
      }, deadline)
      told.addEventListener('look', attempt)
      attempt()
      try {
        await promise
      } finally {
        clearTimeout(timer)
        told.removeEventListener('look', attempt)
      }
    },
    async [Symbol.asyncDispose]() {
      for (const member of all) await member.kill()
    },
  }
}

function startMember(command: string, args: readonly string[], look: () => void): Member {
  const child = spawn(command, args, { stdio: ['ignore', 'pipe', 'pipe'] })
  let assigned: number[] = []
  const handled: string[] = []
  const printed: string[] = []
  createInterface(child.stdout).on('line', (line) => {
    printed.push(line)
    const seen = JSON.parse(line) as { assigned: number[] } | { value: string }
    if ('assigned' in seen) assigned = seen.assigned.toSorted((one, other) => one - other)
    else handled.push(seen.value)
    look()
  })
  createInterface(child.stderr).on('line', (line) => printed.push(line))
  const ended = new Promise<number | string>((resolve) => {
    child.on('error', (error) => resolve(error.message))
    child.on('close', (code, signal) => resolve(code ?? signal ?? ''))
  })
  const kill = async () => {
    child.kill('SIGKILL')
    await ended
  }
  const shown = () => `${command} ${args.join(' ')}:\n${printed.join('\n')}`
  return {
    get assigned() {
      return assigned
    },
    handled,
    kill,
    printed: shown,
    async leave() {
      child.kill('SIGINT')
      const timer = setTimeout(() => child.kill('SIGKILL'), deadline)
      const end = await ended
      clearTimeout(timer)
      if (end !== 0) throw new Error(`ended with ${end}: ${shown()}`)
    },
    [Symbol.asyncDispose]: kill,
  }
}
