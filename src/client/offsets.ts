import type { Moment } from '../base/clock.ts'
import type { Brokers, TopicMetadata } from './brokers.ts'
import { checkAnswer } from './errors.ts'
import { untilLed } from './retry.ts'

/** In place of a time: where a log ends (its last stable offset), and where it begins. */
export const LATEST = -1
export const EARLIEST = -2

/** Whether what is in open transactions counts. Where a log ends is asked of what is committed. */
export const READ_UNCOMMITTED = 0
export const READ_COMMITTED = 1

/**
 * Of each topic the offsets by partition: at `LATEST`, at `EARLIEST`, else the first one of that time or later, -1 where
 * there is none.
 *
 * @throws ClientError
 */
export function listOffsets(
  brokers: Brokers,
  names: readonly string[],
  timestamp: number,
): Promise<Map<string, number[]>> {
  const deadline = brokers.deadline()
  return untilLed(deadline, () => listOnce(brokers, names, timestamp, deadline))
}

async function listOnce(
  brokers: Brokers,
  names: readonly string[],
  timestamp: number,
  deadline: Moment,
): Promise<Map<string, number[]>> {
  const found = new Map<string, number[]>()
  const topics: TopicMetadata[] = []
  for (const name of names) {
    const topic = await brokers.topic(name, deadline)
    if (topic === undefined) checkAnswer(UNKNOWN_TOPIC, { at: brokers.options.brokers.join(', ') })
    else topics.push(topic)
    found.set(name, [])
  }
  const nodes = new Set(topics.flatMap(({ leaders }) => leaders))
  await Promise.all([...nodes].map((node) => askNode(node)))
  return found

  async function askNode(node: number): Promise<void> {
    const led = topics.map(({ name, leaders }) => ({
      name,
      partitions: leaders.flatMap((leader, partitionIndex) => (leader === node ? [{ partitionIndex, timestamp }] : [])),
    }))
    const request = {
      replicaId: -1,
      isolationLevel: READ_COMMITTED,
      topics: led.filter(({ partitions }) => partitions.length > 0),
    }
    const leader = await brokers.node(node, deadline)
    const answer = await leader.request('ListOffsets', request, { deadline })
    for (const { name, partitions } of answer.topics) {
      for (const { partitionIndex, errorCode, offset } of partitions) {
        if (errorCode !== 0) brokers.forgetTopic(name)
        checkAnswer(errorCode, { at: leader.address })
        found.get(name)![partitionIndex] = offset
      }
    }
  }
}

const UNKNOWN_TOPIC = 3
