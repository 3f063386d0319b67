import type { RecordPattern } from '../kafka/patterns.ts'
import type {
  CommittedOffsetOptions,
  CommonOptions,
  GroupOptions,
  ReceiveRecordsOptions,
  RecordCountOptions,
} from './options.ts'
import type { Schema } from './schema.ts'

/** Matchers on a topic, `expect(kafka.topic('orders'))`. K and V come from its serdes. */
export interface TopicMatchers<K = unknown, V = unknown> {
  /**
   * Holds when one record matches the pattern before the deadline; with `.not`, when none has come once the cluster is
   * settled (embedded) or after `within`.
   * @example await expect(kafka.topic('order-events')).toReceiveRecord({ key: 'o-1', value: { type: 'rejected' } })
   */
  toReceiveRecord(pattern?: RecordPattern<K, V>, options?: CommonOptions): Promise<void>
  /**
   * Holds when each pattern is matched by a record of its own. `order` says which order they must have come in,
   * `exactly` that there are no others.
   * @example await expect(topic).toReceiveRecords([{ key: 'a' }, { key: 'b' }], { order: 'strict' })
   */
  toReceiveRecords(patterns: readonly RecordPattern<K, V>[], options?: ReceiveRecordsOptions): Promise<void>
  /**
   * Holds when exactly `count` records come, and it stays so.
   * @example await expect(topic).toReceiveRecordCount(3, { where: { value: { type: 'accepted' } } })
   */
  toReceiveRecordCount(count: number, options?: RecordCountOptions<K, V>): Promise<void>
  /**
   * Holds when the records are as in the snapshot once nothing more is to come, with offsets, timestamps and ids made
   * stable.
   * @example await expect(kafka.topic('order-events')).toMatchRecordSnapshot()
   */
  toMatchRecordSnapshot(hint?: string, options?: CommonOptions): Promise<void>
}

/** Matchers on a record that a task returned. */
export interface RecordMatchers<K = unknown, V = unknown> {
  /** Holds when the record matches the pattern. */
  toMatchRecord(pattern: RecordPattern<K, V>): void
  /** Holds when the record has no value. */
  toBeTombstone(): void
  /** Holds when the record's value conforms to a schema (of zod or any other that follows Standard Schema). */
  toConformToSchema(schema: Schema): Promise<void>
  /** Holds when the record is as in the snapshot, with offset, timestamp and ids made stable. */
  toMatchRecordSnapshot(hint?: string): Promise<void>
}

/** Matchers on a consumer group, `expect(kafka.group('order-service'))`. */
export interface GroupMatchers {
  /** Holds when the group has taken all that there is, before the deadline. */
  toCatchUp(options?: GroupOptions): Promise<void>
  /** Holds when the group has exactly `lag` records left to take, over all partitions. */
  toHaveLag(lag: number, options?: GroupOptions): Promise<void>
  /** Holds when the group has committed this offset: the one of the record that it takes next. */
  toHaveCommittedOffset(offset: number, options?: CommittedOffsetOptions): Promise<void>
  /** Holds when the group has so many members, each with its partitions. */
  toHaveMembers(members: number, options?: GroupOptions): Promise<void>
}

/** Matchers on several records that tasks returned. */
export interface RecordListMatchers {
  /** Holds when the records are as in the snapshot, with offsets, timestamps and ids made stable. */
  toMatchRecordSnapshot(hint?: string): Promise<void>
}

/** All of them, for the runners' `expect`, which doesn't know what its subject is. */
export interface KafkaMatchers<K = unknown, V = unknown>
  extends TopicMatchers<K, V>,
    RecordMatchers<K, V>,
    GroupMatchers {
  toMatchRecordSnapshot(hint?: string, options?: CommonOptions): Promise<void>
}
