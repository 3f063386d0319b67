import type { TopicDescription } from './cluster.ts'
import type { RealClient } from './real-client.ts'
import { ClusterTrouble } from './trouble.ts'

interface ResetOptions {
  client: RealClient
  topics(): Promise<TopicDescription[]>
  groupIds(): Promise<string[]>
  /** Whether its records are the tests' to delete: on a cluster of others those of what wasn't there before the run. */
  isOwn(topic: string): boolean
}

/** Deletes the records of topics that are there (Kafka's DeleteRecords: offsets go on counting). */
export async function clearTopics(names: readonly string[], options: ResetOptions): Promise<void> {
  const { client, isOwn } = options
  const there = (await options.topics()).filter(({ name }) => names.includes(name))
  const others = there.filter(({ name }) => !isOwn(name)).map(({ name }) => name)
  if (others.length > 0) {
    const which = others.length === 1 ? `topic ${others[0]}` : `topics ${others.join(', ')}`
    throw new Error(
      `${which} of an external cluster: it was there before the tests, so its records are not theirs to delete. Use a topic of the run's own: kafka.createTopic()`,
    )
  }
  for (const { name } of there) {
    await client.ask((client) => client.deleteRecords(name)).catch((error) => inWords(error, name))
  }
}

function inWords(error: unknown, name: string): never {
  if (ClusterTrouble.codeOf(error) !== 'POLICY_VIOLATION') throw error
  throw new Error(
    `topic ${name} is compacted, and Kafka deletes no records of such a topic: give it 'cleanup.policy': 'compact,delete', or create one for each test`,
  )
}

/** Clears what the tests hold, and deletes their groups: one that has members stays, its records are gone all the same. */
export async function resetHeld(held: ReadonlySet<string>, options: ResetOptions): Promise<void> {
  await clearTopics([...held], options)
  for (const group of await options.groupIds()) {
    if (held.has(group)) await options.client.ask((client) => client.deleteGroup(group)).catch(unlessBusy)
  }
}

function unlessBusy(error: unknown): void {
  const code = ClusterTrouble.codeOf(error) ?? ''
  if (!['NON_EMPTY_GROUP', 'GROUP_ID_NOT_FOUND'].includes(code)) throw error
}
