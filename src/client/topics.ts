import type { Moment } from '../base/clock.ts'
import type { Brokers } from './brokers.ts'
import { checkAnswer } from './errors.ts'
import { untilLed } from './retry.ts'

export interface NewTopic {
  name: string
  /** Default: what the cluster gives a topic of which nobody says. */
  partitions?: number
  replicas?: number
  config?: Readonly<Record<string, string>>
}

/** @returns Kafka's id of it. @throws ClientError when it is there already, or its name, its numbers or its config are wrong. */
export async function createTopic(
  brokers: Brokers,
  { name, partitions = -1, replicas = -1, config = {} }: NewTopic,
): Promise<string> {
  const deadline = brokers.deadline()
  const configs = Object.entries(config).map(([name, value]) => ({ name, value }))
  const topic = { name, numPartitions: partitions, replicationFactor: replicas, configs }
  return brokers.askController(async (controller) => {
    const request = { topics: [topic], timeoutMs: left(brokers) }
    const { topics } = await controller.request('CreateTopics', request, { deadline })
    const { errorCode, errorMessage, topicId } = topics[0]!
    checkAnswer(errorCode, { at: controller.address, said: errorMessage })
    return topicId
  }, deadline)
}

/** One that isn't there (any more) is passed over. @throws ClientError */
export async function deleteTopics(brokers: Brokers, names: readonly string[]): Promise<void> {
  if (names.length === 0) return
  const deadline = brokers.deadline()
  await brokers.askController(async (controller) => {
    // Until version 5 names are listed, from 6 on each may be an id instead.
    const request = { topics: names.map((name) => ({ name })), topicNames: names, timeoutMs: left(brokers) }
    const { responses } = await controller.request('DeleteTopics', request, { deadline })
    for (const { errorCode, errorMessage } of responses) {
      if (errorCode !== UNKNOWN_TOPIC) checkAnswer(errorCode, { at: controller.address, said: errorMessage })
    }
  }, deadline)
  for (const name of names) brokers.forgetTopic(name)
}

/** Deletes all records of a topic that are there; offsets go on counting. @throws ClientError */
export function deleteRecords(brokers: Brokers, name: string): Promise<void> {
  const deadline = brokers.deadline()
  return untilLed(deadline, () => deleteOnce(brokers, name, deadline))
}

async function deleteOnce(brokers: Brokers, name: string, deadline: Moment): Promise<void> {
  const topic = await brokers.freshTopic(name, deadline)
  if (topic === undefined) return
  for (const node of new Set(topic.leaders)) {
    const leader = await brokers.node(node, deadline)
    const partitions = topic.leaders.flatMap((leader, partitionIndex) =>
      leader === node ? [{ partitionIndex, offset: -1 }] : [],
    )
    const request = { topics: [{ name, partitions }], timeoutMs: left(brokers) }
    const { topics } = await leader.request('DeleteRecords', request, { deadline })
    for (const { errorCode } of topics.flatMap(({ partitions }) => partitions)) {
      checkAnswer(errorCode, { at: leader.address })
    }
  }
}

const UNKNOWN_TOPIC = 3

/** Milliseconds that the broker may take: less than what we wait, so that its own words come. */
function left(brokers: Brokers): number {
  return Math.max(1, Math.floor((brokers.options.timeout ?? 5000) * 0.9))
}
