import { type Moment, now } from '../base/clock.ts'
import { encodeBatch, type LogRecord } from '../broker/log/batch.ts'
import type { CompressionName } from '../broker/log/compression.ts'
import type { Messages } from '../broker/protocol/codec.ts'
import { ErrorCode, errorName } from '../broker/protocol/errors.ts'
import { ClientError, checkAnswer } from './errors.ts'
import type { Peer } from './peer.ts'
import { untilAnswered, untilPassed } from './retry.ts'

/** Who leads what: a cluster's brokers, or the embedded one. */
export interface Leaders {
  any(deadline: Moment): Promise<Peer>
  leader(topic: string, partition: number, deadline: Moment): Promise<Peer>
  forgetTopic(topic: string): void
}

/** A record before it has an offset. */
export type NewRecord = Readonly<Omit<LogRecord, 'offset'>>

/** Numbers what it produces, so that what is sent twice is appended once (KIP-98). */
export interface IdempotentProducer {
  readonly id: number
  readonly epoch: number
  /** Of each `topic/partition` the next number. */
  readonly sequences: Map<string, number>
}

export interface ProduceRequest {
  topic: string
  /** By partition. */
  records: ReadonlyMap<number, readonly NewRecord[]>
  acks: -1 | 0 | 1
  compression: CompressionName
  producer: IdempotentProducer | undefined
  deadline: Moment
}

/** Where the records of a partition went. */
export interface Appended {
  /** Of the first one; -1 with `acks: 0`, where nobody says. */
  readonly baseOffset: number
  /** -1 where the records keep the producer's time. */
  readonly logAppendTime: number
}

/** From 13 on a topic goes by its id. */
const HIGHEST = 12

/** @throws ClientError */
export async function openProducer(leaders: Leaders, deadline: Moment): Promise<IdempotentProducer> {
  const request = { transactionalId: null, transactionTimeoutMs: 0, producerId: -1, producerEpoch: -1 }
  return untilPassed(deadline, async () => {
    const peer = await leaders.any(deadline)
    const { errorCode, producerId, producerEpoch } = await peer.request('InitProducerId', request, { deadline })
    checkAnswer(errorCode, { at: peer.address })
    return { id: producerId, epoch: producerEpoch, sequences: new Map() }
  })
}

/**
 * Produces the records of each partition as one batch, and again where the broker says that it has not taken them. A
 * request whose answer is lost is sent again only where its records are numbered: else they might be there twice.
 *
 * @throws ClientError
 */
export async function produceRecords(leaders: Leaders, request: ProduceRequest): Promise<Map<number, Appended>> {
  const { topic, compression, producer, deadline } = request
  const appended = new Map<number, Appended>()
  const batches = new Map<number, Buffer>()
  for (const [partition, records] of request.records) {
    const place = `${topic}/${partition}`
    const baseSequence = producer?.sequences.get(place) ?? 0
    producer?.sequences.set(place, baseSequence + records.length)
    const numbers =
      producer === undefined ? {} : { producerId: producer.id, producerEpoch: producer.epoch, baseSequence }
    const placed = records.map((record, offset) => ({ ...record, offset }))
    batches.set(partition, encodeBatch(placed, { compression, ...numbers }))
  }
  const retry = producer === undefined ? untilPassed : untilAnswered
  await retry(deadline, async () => {
    try {
      await sendAll(leaders, request, batches, appended)
    } catch (error) {
      leaders.forgetTopic(topic)
      throw error
    }
  })
  return appended
}

/** Sends what isn't appended yet, to each leader what it leads. */
async function sendAll(
  leaders: Leaders,
  { topic, acks, deadline }: ProduceRequest,
  batches: ReadonlyMap<number, Buffer>,
  appended: Map<number, Appended>,
): Promise<void> {
  const byPeer = new Map<Peer, { index: number; records: Buffer }[]>()
  for (const [index, records] of batches) {
    if (appended.has(index)) continue
    const peer = await leaders.leader(topic, index, deadline)
    byPeer.set(peer, [...(byPeer.get(peer) ?? []), { index, records }])
  }
  const sent = [...byPeer].map(async ([peer, partitionData]) => {
    const timeoutMs = Math.max(1, Math.min(2 ** 31 - 1, Math.ceil(deadline - now())))
    const request = { transactionalId: null, acks, timeoutMs, topicData: [{ name: topic, partitionData }] }
    const isUnanswered = acks === 0
    const answer = await peer.request('Produce', request, { deadline, highest: HIGHEST, isUnanswered })
    if (isUnanswered) for (const { index } of partitionData) appended.set(index, { baseOffset: -1, logAppendTime: -1 })
    else note(answer, appended, peer)
  })
  // All of them are waited for: what was appended must not be sent again.
  for (const result of await Promise.allSettled(sent)) if (result.status === 'rejected') throw result.reason
}

const TOO_LARGE: number = ErrorCode.MESSAGE_TOO_LARGE

type Answer = Messages['Produce']['response']

function note({ responses }: Answer, appended: Map<number, Appended>, { address: at }: Peer): void {
  let failure: ClientError | undefined
  for (const { name, partitionResponses } of responses) {
    for (const { index, errorCode, baseOffset, logAppendTimeMs, errorMessage } of partitionResponses) {
      if (errorCode === 0) {
        appended.set(index, { baseOffset, logAppendTime: logAppendTimeMs })
        continue
      }
      const why = errorMessage ?? (errorCode === TOO_LARGE ? 'together they are larger than its max.message.bytes' : '')
      const words = `${name}/${index} takes none of the records${why === '' ? '' : `: ${why}`}`
      failure = new ClientError(words, { code: errorName(errorCode), at })
    }
  }
  if (failure !== undefined) throw failure
}
