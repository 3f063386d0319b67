import { readFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { setTimeout as delay } from 'node:timers/promises'

/** How a service takes its records. Each of them writes one record to `output` for each record of `input`. */
export const variants = [
  'pass-through',
  'slow',
  'batch',
  'manual commit',
  'transactional',
  'no commit',
  'crashing',
] as const
export type Variant = (typeof variants)[number]

/** A client that services are written with. */
export interface Client {
  name: string
  version: string
  /** Why it isn't there, in a word; then its tests are skipped, in CI they fail. */
  missing?: string | undefined
  /** What it has a way to do. */
  variants: readonly Variant[]
  /**
   * What of its requests says that a record was handled. `fetch`: it asks for more only then. `commit`: it commits only
   * then. Neither: it commits what it has fetched, so that nobody outside can know; a check then waits for a
   * time in which nothing happens.
   */
  evidence: (variant: Variant) => 'fetch' | 'commit' | undefined
  /** Resolves when it runs; it may join its group later. */
  start(options: ServiceOptions): Promise<Service>
}

export interface ServiceOptions {
  brokers: string[]
  groupId: string
  input: string
  output: string
  variant: Variant
  handle: Handler
}

interface Service {
  /** The group as the client named it. */
  groupId: string
  stop(): Promise<unknown>
}

/** Handles one record; `produce` writes to the output topic. */
export type Handler = (value: string, produce: (value: string) => Promise<unknown>) => Promise<void>

/** Milliseconds that the slow service takes over a record. */
const SLOW = 150

/** What all services do with a record. Notes in `handled` what it has done with. */
export function handlerOf(variant: Variant, handled: string[]): Handler {
  return async (value, produce) => {
    if (variant === 'slow') await delay(SLOW)
    if (variant === 'crashing' && value !== 'o-1') throw new Error(`${value} can't be handled`)
    await produce(value)
    handled.push(value)
  }
}

/** Of an installed package, seen from a file or folder. */
export function versionOf(name: string, from: string = import.meta.url): string {
  const { resolve } = createRequire(from)
  for (const folder of resolve.paths(name) ?? []) {
    try {
      return (JSON.parse(readFileSync(`${folder}/${name}/package.json`, 'utf8')) as { version: string }).version
    } catch {}
  }
  throw new Error(`${name} is not installed`)
}
