import { createRequire } from 'node:module'
import { registerCodecs } from './codecs.ts'

export type KafkaJSModule = typeof import('kafkajs')

let loaded: KafkaJSModule | undefined

/**
 * kafkajs, loaded (65 ms) when a test first asks for a client. By `require`, because `kafka.client()` answers
 * at once, and because a test's `vi.mock('kafkajs')` doesn't reach it there.
 */
export function kafkajs(): KafkaJSModule {
  if (loaded !== undefined) return loaded
  loaded = createRequire(import.meta.url)('kafkajs') as KafkaJSModule
  registerCodecs(loaded)
  return loaded
}
