import type {} from 'expect'
import type { ReceivedRecord } from '../kafka/record.ts'
import type { Topic } from '../kafka/topic.ts'
import type { KafkaMatchers } from '../matchers/types.ts'

/** What a subject holds: that of a topic's serdes, or of the record that was received. */
type KeyOf<T> = T extends Topic<infer K, infer _> ? K : T extends ReceivedRecord<infer K, infer _> ? K : unknown
type ValueOf<T> = T extends Topic<infer _, infer V> ? V : T extends ReceivedRecord<infer _, infer V> ? V : unknown

declare module 'expect' {
  // For `expect` of `@jest/globals`.
  interface Matchers<R extends void | Promise<void>, T = unknown> extends KafkaMatchers<KeyOf<T>, ValueOf<T>> {}
}

declare global {
  namespace jest {
    // For the global `expect`, as `@types/jest` declares it.
    // biome-ignore lint/complexity/noBannedTypes: as it is declared there
    interface Matchers<R, T = {}> extends KafkaMatchers<KeyOf<T>, ValueOf<T>> {}
  }
}
