import { topicConfigs } from '../broker/configs/topic.ts'
import type { ClusterAddress } from '../config/cluster.ts'
import type { DescribedTopic } from './cluster.ts'
import { kafkaVersion } from './kafka-version.ts'
import { RealClient } from './real-client.ts'

/** What a real cluster says of itself, and of topics. */
export interface Answer {
  clusterId: string | null
  /** Kafka's release: at least this one. */
  version: string | null
  versionBy: string | null
  features: { name: string; level: number }[]
  nodes: { id: number; address: string }[]
  topics: DescribedTopic[]
}

/**
 * Asks a real cluster what it is, and how those of the topics are set up that are there.
 *
 * @param timeout Milliseconds of each of its four questions.
 * @throws ClusterTrouble
 */
export async function askCluster(
  connection: ClusterAddress,
  names: readonly string[],
  timeout: number,
): Promise<Answer> {
  const client = new RealClient(connection, timeout)
  try {
    const { clusterId, brokers } = await client.ask((client) => client.cluster())
    const abilities = await client.ask((client) => client.abilities())
    const there = (await client.ask((client) => client.topics())).filter(({ name }) => names.includes(name))
    const configs = await client.ask((client) => client.topicConfigs(there.map(({ name }) => name)))
    return {
      clusterId,
      ...kafkaVersion(abilities),
      features: abilities.features.toSorted((a, b) => (a.name < b.name ? -1 : 1)),
      nodes: brokers.map(({ nodeId, address }) => ({ id: nodeId, address })),
      topics: there.map(({ name, leaders }) => describedTopic(name, leaders.length, configs.get(name) ?? new Map())),
    }
  } finally {
    await client.close()
  }
}

/** A topic with those of its configs that have a name of Kafka's: what others add may hold anything. */
export function describedTopic(
  name: string,
  partitions: number,
  configs: Iterable<readonly [name: string, value: string]>,
): DescribedTopic {
  const known = [...configs].filter(([name]) => topicConfigs.has(name))
  return { name, partitions, configs: known.map(([name, value]) => ({ name, value })) }
}
