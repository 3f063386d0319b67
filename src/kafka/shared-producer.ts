import type { Message, Producer } from 'kafkajs'
import { ownClientId } from '../base/client-ids.ts'
import type { Cluster } from '../cluster/cluster.ts'
import { type Sockets, trackSockets } from '../cluster/sockets.ts'
import { close } from './clients.ts'
import { onClose } from './closing.ts'
import { kafkajs } from './kafkajs.ts'

/** The producer of the produce tasks: one a cluster (and one that is idempotent), connected at its first use. */
export interface SharedProducer {
  readonly producer: Producer
  /** The partition that kafkajs would choose. It is asked beforehand, so that it is known which record went where. */
  choose(topic: string, partitions: number, message: Message): number
}

interface Opened extends SharedProducer {
  readonly connected: Promise<void>
  readonly sockets: Sockets
  /** How many partitions each topic had when kafkajs asked for its metadata. */
  readonly partitions: Map<string, number>
}

const shared = new Map<Cluster, Map<boolean, Opened>>()

export async function sharedProducer(
  cluster: Cluster,
  { idempotent, topic, partitions }: { idempotent: boolean; topic: string; partitions: number },
): Promise<SharedProducer> {
  const ofCluster = shared.get(cluster) ?? new Map<boolean, Opened>()
  if (!shared.has(cluster)) onClose(cluster, () => closeProducers(cluster))
  shared.set(cluster, ofCluster)
  let opened = ofCluster.get(idempotent)
  const known = opened?.partitions.get(topic)
  if (opened !== undefined && known !== undefined && known !== partitions) {
    // kafkajs learns of new partitions by a failure and a retry, whose timer a test may have replaced.
    ofCluster.delete(idempotent)
    await close(opened.producer, opened.sockets)
    opened = ofCluster.get(idempotent)
  }
  opened ??= open(cluster, idempotent)
  ofCluster.set(idempotent, opened)
  opened.partitions.set(topic, partitions)
  try {
    await opened.connected
  } catch (error) {
    if (ofCluster.get(idempotent) === opened) ofCluster.delete(idempotent)
    throw error
  }
  return opened
}

function open(cluster: Cluster, idempotent: boolean): Opened {
  const { Kafka, Partitioners, logLevel } = kafkajs()
  const sockets = trackSockets()
  // Its errors are thrown to the test.
  const client = new Kafka({
    clientId: ownClientId,
    brokers: [...cluster.brokers],
    ...cluster.security,
    logLevel: logLevel.NOTHING,
    socketFactory: sockets.factory,
  })
  const producer = client.producer({ idempotent })
  const choose = Partitioners.DefaultPartitioner()
  return {
    producer,
    choose: (topic, partitions, message) => choose({ topic, partitionMetadata: metadataOf(partitions), message }),
    connected: producer.connect(),
    sockets,
    partitions: new Map(),
  }
}

function metadataOf(partitions: number) {
  return Array.from({ length: partitions }, (_, partitionId) => ({
    ...{ partitionId, leader: 1, partitionErrorCode: 0, replicas: [1], isr: [1], offlineReplicas: [] },
  }))
}

/**
 * Closes those that have produced to a topic which is about to be deleted: kafkajs asks for the metadata of all its
 * topics at once, and with that a cluster would create it anew.
 */
export async function forgetTopic(cluster: Cluster, topic: string): Promise<void> {
  const ofCluster = shared.get(cluster)
  for (const [idempotent, { producer, sockets, partitions }] of [...(ofCluster ?? [])]) {
    if (!partitions.has(topic)) continue
    ofCluster?.delete(idempotent)
    await close(producer, sockets)
  }
}

async function closeProducers(cluster: Cluster): Promise<void> {
  const ofCluster = shared.get(cluster)
  shared.delete(cluster)
  for (const { producer, sockets } of ofCluster?.values() ?? []) await close(producer, sockets)
}
