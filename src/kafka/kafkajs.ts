import { createRequire } from 'node:module'
import { registerCodecs } from './codecs.ts'

export type KafkaJSModule = typeof import('kafkajs')

let loaded: KafkaJSModule | undefined

/**
 * kafkajs, loaded (65 ms) when a test first produces or asks for a client. By `require`, because `kafka.client()` answers
 * at once, and because a test's `vi.mock('kafkajs')` doesn't reach it there.
 */
export function kafkajs(): KafkaJSModule {
  if (loaded !== undefined) return loaded
  loaded = createRequire(import.meta.url)('kafkajs') as KafkaJSModule
  registerCodecs(loaded)
  return loaded
}

/**
 * kafkajs 2.2.4 schedules its request queue with `throttledUntil = -1`, and Node 24 warns of each negative timeout
 * (tulios/kafkajs#1751). The warning says nothing to who writes a test, whether the client is ours or the application's;
 * every other one goes through. Called once a worker, before anybody connects.
 */
export function silenceNegativeTimeouts(): void {
  const { emitWarning } = process
  process.emitWarning = function (this: unknown, ...args: unknown[]) {
    const name = typeof args[1] === 'string' ? args[1] : (args[1] as { type?: string } | undefined)?.type
    const isOfKafkaJS = /[\\/]node_modules[\\/]kafkajs[\\/]/
    if (name === 'TimeoutNegativeWarning' && isOfKafkaJS.test(new Error().stack ?? '')) return
    Reflect.apply(emitWarning, process, args)
  } as typeof process.emitWarning
}
