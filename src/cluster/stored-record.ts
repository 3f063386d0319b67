import type { LogRecord } from '../broker/log/batch.ts'
import type { StoredRecord } from './cluster.ts'

/**
 * A record of which nobody told when it was appended and by whom: of a real cluster, and in the answer to a client. Its
 * own time stands for that of its arrival. The embedded broker's log knows both (`topic-log.ts`).
 */
export function storedRecord(topic: string, partition: number, record: Readonly<LogRecord>): StoredRecord {
  const { offset, timestamp, key, value, headers } = record
  return {
    topic,
    partition,
    offset,
    timestamp,
    key,
    value,
    headers,
    appendedAt: timestamp,
    sequence: 0,
    clientId: undefined,
  }
}
