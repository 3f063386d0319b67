import type { Assertion, ExpectStatic } from 'vitest'
import type { Group } from '../kafka/group.ts'
import type { ReceivedRecord } from '../kafka/record.ts'
import type { Topic } from '../kafka/topic.ts'
import type {
  GroupMatchers,
  KafkaMatchers,
  RecordListMatchers,
  RecordMatchers,
  TopicMatchers,
} from '../matchers/types.ts'

declare module 'vitest' {
  // For `expect` of a test's context and of `vitest` itself: they know the matchers, but not what the topic holds.
  interface Matchers extends KafkaMatchers {}
}

type Own = Omit<Assertion, keyof KafkaMatchers>

/** Vitest's own matchers, and those for this subject in place of all of ours. */
type With<Matchers> = Omit<Own, 'not'> & Matchers & { not: Own & Matchers }

interface KafkaSubjects {
  <K, V>(topic: Topic<K, V>, message?: string): With<TopicMatchers<K, V>>
  (group: Group, message?: string): With<GroupMatchers>
  <K, V>(record: ReceivedRecord<K, V>, message?: string): With<RecordMatchers<K, V>>
  <K, V>(records: readonly ReceivedRecord<K, V>[], message?: string): With<RecordListMatchers>
}

/** Vitest's `expect`, which knows of a topic or a record what its serdes make of it. */
export interface KafkaExpect extends KafkaSubjects, ExpectStatic {
  soft: KafkaSubjects & ExpectStatic['soft']
}
