import type { BatchOptions } from '../../../src/broker/log/batch.ts'
import { decodeRecords, readBatches } from '../../../src/broker/log/batch.ts'
import { batch, type Conversation } from './scenarios.ts'

/** The coordinator of a real broker is on its way, or still writes markers. */
const PASSING: readonly number[] = [14, 15, 16, 51]

interface Identity {
  readonly producerId: number
  readonly producerEpoch: number
}

/** A transactional producer that says exactly what a scenario wants said. */
export class Transactional implements Identity {
  readonly #on: Conversation
  readonly transactionalId: string
  producerId = -1
  producerEpoch = -1

  constructor(on: Conversation, name: string) {
    this.#on = on
    this.transactionalId = on.name(name)
  }

  static async open(on: Conversation, name: string): Promise<Transactional> {
    const producer = new Transactional(on, name)
    await producer.init()
    return producer
  }

  get claim() {
    const { transactionalId, producerId, producerEpoch } = this
    return { transactionalId, producerId, producerEpoch }
  }

  /** As it is, or as it was. */
  as(identity: Partial<Identity & { transactionalId: string }>): Transactional {
    const other = new Transactional(this.#on, '')
    return Object.assign(other, this.claim, identity)
  }

  /** Takes the identity that it is answered; gives the error code and the epoch. */
  async init({
    version = 5,
    isOnce = false,
    ...before
  }: { version?: number; isOnce?: boolean } & Partial<Identity> = {}) {
    const { transactionalId } = this
    await this.#on.client.request('FindCoordinator', 4, { keyType: 1, coordinatorKeys: [transactionalId] })
    const answer = await unlessPassing(isOnce ? [14, 15, 16] : PASSING, () =>
      this.#on.client.request('InitProducerId', version, {
        transactionalId,
        transactionTimeoutMs: 60_000,
        producerId: -1,
        producerEpoch: -1,
        ...before,
      }),
    )
    if (answer.errorCode === 0)
      Object.assign(this, { producerId: answer.producerId, producerEpoch: answer.producerEpoch })
    return [answer.errorCode, answer.producerEpoch]
  }

  /** Gives the error code of each partition. */
  async add(names: readonly string[], version = 3, verifyOnly = false): Promise<number[]> {
    const topics = names.map((name) => ({ name: this.#on.name(name), partitions: [0] }))
    const { transactionalId, producerId, producerEpoch } = this
    const request =
      version >= 4
        ? { transactions: [{ ...this.claim, verifyOnly, topics }] }
        : {
            v3AndBelowTransactionalId: transactionalId,
            v3AndBelowProducerId: producerId,
            v3AndBelowProducerEpoch: producerEpoch,
            v3AndBelowTopics: topics,
          }
    const ask = async () => {
      const answer = await this.#on.client.request('AddPartitionsToTxn', version, request)
      const results = version >= 4 ? answer.resultsByTransaction[0]!.topicResults : answer.resultsByTopicV3AndBelow
      const codes = results.map(({ name, resultsByPartition }) => ({
        name,
        code: resultsByPartition[0]!.partitionErrorCode,
      }))
      codes.sort((a, b) => (a.name < b.name ? -1 : 1))
      return { errorCode: codes[0]!.code, codes: codes.map(({ code }) => code) }
    }
    return (await unlessPassing(PASSING, ask)).codes
  }

  async addOffsets(group: string, version = 3): Promise<number> {
    const request = { ...this.claim, groupId: this.#on.name(group) }
    return (await unlessPassing(PASSING, () => this.#on.client.request('AddOffsetsToTxn', version, request))).errorCode
  }

  /** Gives the error code and the base offset. */
  async produce(
    name: string,
    baseSequence: number,
    { version = 9, isTransactional = true, hasId = true, ...options }: ProduceOptions = {},
  ): Promise<[code: number, baseOffset: number]> {
    const { producerId, producerEpoch } = this
    const records = batch(twoRecords(), { producerId, producerEpoch, baseSequence, isTransactional, ...options })
    const ask = async () => {
      const { responses } = await this.#on.client.request('Produce', version, {
        transactionalId: hasId ? this.transactionalId : null,
        acks: -1,
        timeoutMs: 5000,
        topicData: [{ name: this.#on.name(name), partitionData: [{ index: 0, records }] }],
      })
      return responses[0]!.partitionResponses[0]!
    }
    const { errorCode, baseOffset } = await unlessPassing([...PASSING, 19], ask)
    return [errorCode, baseOffset]
  }

  /** Gives the error code, and from version 5 on the epoch, which it takes. */
  async end(committed: boolean, version = 3): Promise<(number | undefined)[]> {
    const ask = () => this.#on.client.request('EndTxn', version, { ...this.claim, committed })
    const answer = await unlessPassing(PASSING, ask)
    if (version < 5) return [answer.errorCode]
    if (answer.errorCode === 0) this.producerEpoch = answer.producerEpoch
    return [
      answer.errorCode,
      answer.producerEpoch,
      answer.errorCode === 0 ? answer.producerId - this.producerId : undefined,
    ]
  }

  async commitOffset(
    group: string,
    name: string,
    committedOffset: number,
    options: Record<string, number | string> = {},
  ) {
    const { version = 3, memberId = '', generationId = -1, metadata = 'note' } = options
    const partitions = [
      { partitionIndex: 0, committedOffset, committedLeaderEpoch: -1, committedMetadata: String(metadata) },
    ]
    const ask = async () => {
      const { topics } = await this.#on.client.request('TxnOffsetCommit', Number(version), {
        ...this.claim,
        groupId: this.#on.name(group),
        ...(Number(version) >= 3 && { memberId: String(memberId), generationId: Number(generationId) }),
        topics: [{ name: this.#on.name(name), partitions }],
      })
      return topics[0]!.partitions[0]!
    }
    return (await unlessPassing(PASSING, ask)).errorCode
  }

  async state() {
    const transactionalIds = [this.transactionalId]
    const { transactionStates } = await this.#on.client.request('DescribeTransactions', 0, { transactionalIds })
    const [{ producerId, transactionStartTimeMs, topics, ...state }] = transactionStates as [
      (typeof transactionStates)[0],
    ]
    const began = transactionStartTimeMs > 0
    const own = topics.map(({ topic, partitions }) => ({ topic, partitions }))
    return {
      ...state,
      isOwn: producerId === this.producerId,
      began,
      topics: own.sort((a, b) => (a.topic < b.topic ? -1 : 1)),
    }
  }

  /** Until the coordinator has written its markers. */
  async settled(): Promise<void> {
    for (;;) if (!(await this.state()).transactionState.startsWith('Prepare')) return
  }
}

/** When the first record of each batch is from: of today, for in a new day's segment a real log's answer would end. */
export const FIRST: number = Date.now() - 60_000

export const twoRecords = () =>
  ['x', 'y'].map((value, index) => ({ value: Buffer.from(value), timestamp: FIRST + index }))

type ProduceOptions = BatchOptions & { version?: number; hasId?: boolean }

/** Asks again as long as the answer is one that passes. */
async function unlessPassing<T extends { errorCode: number }>(
  passing: readonly number[],
  ask: () => Promise<T>,
): Promise<T> {
  for (;;) {
    const answer = await ask()
    if (!passing.includes(answer.errorCode)) return answer
  }
}

/** What a reader of a topic is answered: where it ends, what was aborted, and each batch with its records. */
export async function read(
  on: Conversation,
  name: string,
  { offset = 0, isolationLevel = 0, producers = [] as Identity[] } = {},
) {
  const { responses } = await on.client.request('Fetch', 12, {
    maxWaitMs: 0,
    minBytes: 1,
    maxBytes: 1_000_000,
    isolationLevel,
    topics: [
      { topic: on.name(name), partitions: [{ partition: 0, fetchOffset: offset, partitionMaxBytes: 1_000_000 }] },
    ],
  })
  const { errorCode, highWatermark, lastStableOffset, abortedTransactions, records } = responses[0]!.partitions[0]!
  const whose = (producerId: number) => producers.findIndex((producer) => producer.producerId === producerId)
  return {
    errorCode,
    ends: [lastStableOffset, highWatermark],
    aborted: abortedTransactions?.map(({ producerId, firstOffset }) => [whose(producerId), firstOffset]) ?? null,
    batches: readBatches(records ?? Buffer.alloc(0)).map((one) => ({
      offset: one.baseOffset,
      attributes: one.attributes,
      producer: [whose(one.producerId), one.producerEpoch, one.baseSequence],
      leaderEpoch: one.leaderEpoch,
      records: decodeRecords(one.bytes).map(({ key, value }) =>
        one.isControl ? [key?.toString('hex'), value?.toString('hex')] : value?.toString(),
      ),
    })),
  }
}
