/** What a client gives as its own name, and what makes it commit sooner in a test. */
const settings: readonly (readonly [name: RegExp, setting: string])[] = [
  [/^platformatic-kafka$/, 'consume with `autocommit: false`, and `await message.commit()` when a record is handled.'],
  [/rdkafka|^confluent-kafka/, 'set `auto.commit.interval.ms` to 100 (5000 where nothing is said).'],
  [/^apache-kafka-java$/, 'set `auto.commit.interval.ms` to 100 (5000 where nothing is said).'],
]

/** kafkajs gives no name, and commits after each batch: what is open is in its handler, or `autoCommit` is off. */
const unnamed = 'is its handler busy, or does it not commit (kafkajs: `autoCommit: false`)?'

/** How the wait for a client's commits is made short. */
export function commitSetting(software: string | undefined, clientId: string): string {
  const setting = settings.find(([name]) => name.test(software ?? ''))?.[1]
  return setting === undefined ? `Client ${clientId}: ${unnamed}` : `Client ${clientId} (${software}): ${setting}`
}

/** What to do about a client that never commits. */
export const neverCommits =
  'Raise the timeout; of a group that never commits nothing can be known: wait a fixed time instead, { within: 500 }'
