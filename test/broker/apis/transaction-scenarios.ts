import type { Conversation } from './scenarios.ts'
import { batch } from './scenarios.ts'
import { FIRST, read, Transactional, twoRecords } from './transactional.ts'

/** The committed offset of a group in a topic, or why it isn't told. */
async function offsetOf(on: Conversation, group: string, name: string, requireStable = true) {
  const topics = [{ name: on.name(name), partitionIndexes: [0] }]
  const groups = [{ groupId: on.name(group), topics }]
  const answer = await on.client.request('OffsetFetch', 8, { groups, requireStable })
  const { committedOffset, errorCode, metadata } = answer.groups[0]!.topics[0]!.partitions[0]!
  return [errorCode, committedOffset, metadata]
}

/** A real broker makes the coordinator of groups when it is first asked for. */
async function findGroups(on: Conversation): Promise<void> {
  for (;;) {
    const { coordinators } = await on.client.request('FindCoordinator', 4, { keyType: 0, coordinatorKeys: ['g'] })
    if (coordinators[0]!.errorCode === 0) break
  }
  for (;;) {
    const { errorCode } = await on.client.request('Heartbeat', 4, { groupId: 'none', generationId: 1, memberId: 'm' })
    if (errorCode === 25) return
  }
}

async function offsetAt(on: Conversation, name: string, timestamp: number): Promise<number[]> {
  const ask = (isolationLevel: number) =>
    on.client.request('ListOffsets', 9, {
      replicaId: -1,
      isolationLevel,
      topics: [{ name: on.name(name), partitions: [{ partitionIndex: 0, timestamp }] }],
    })
  const answers = [await ask(0), await ask(1)]
  return answers.map(({ topics }) => topics[0]!.partitions[0]!.offset)
}

export const transactionScenarios: Readonly<Record<string, (on: Conversation) => Promise<unknown>>> = {
  'a classic transaction is committed, another aborted': async (on) => {
    await on.createTopic('a')
    const producer = await Transactional.open(on, 'tx')
    const look = async () => {
      const offsets = []
      for (const time of [-1, -2, -3, FIRST, FIRST + 1]) offsets.push(await offsetAt(on, 'a', time))
      return [
        await read(on, 'a', { producers: [producer] }),
        await read(on, 'a', { isolationLevel: 1, producers: [producer] }),
        offsets,
      ]
    }
    const answers: unknown[] = [
      producer.producerEpoch,
      await producer.add(['a']),
      await producer.produce('a', 0),
      await look(),
    ]
    answers.push(await producer.end(true))
    await producer.settled()
    answers.push(await look(), await producer.end(true), await producer.end(false))
    answers.push(await producer.add(['a']), await producer.produce('a', 2), await look(), await producer.end(false))
    await producer.settled()
    answers.push(await look(), await producer.end(false), await producer.end(true))
    answers.push(await read(on, 'a', { isolationLevel: 1, offset: 3, producers: [producer] }))
    answers.push(await read(on, 'a', { isolationLevel: 1, offset: 5, producers: [producer] }))
    answers.push(await read(on, 'a', { isolationLevel: 1, offset: 6, producers: [producer] }))
    return answers
  },

  'two open transactions, and a record without one': async (on) => {
    await on.createTopic('a')
    const one = await Transactional.open(on, 'one')
    const two = await Transactional.open(on, 'two')
    const look = (isolationLevel: number, offset = 0) =>
      read(on, 'a', { isolationLevel, offset, producers: [one, two] })
    await one.add(['a'])
    await two.add(['a'])
    const answers: unknown[] = [
      await one.produce('a', 0),
      await two.produce('a', 0),
      await on.produce('a', batch(twoRecords())),
    ]
    answers.push(await look(1), await two.end(false))
    await two.settled()
    answers.push(await look(1), await look(0), await one.end(true))
    await one.settled()
    answers.push(await look(1), await look(1, 3), await look(1, 8))
    return answers
  },

  'AddPartitionsToTxn, wrong in each way': async (on) => {
    await on.createTopic('a')
    await on.createTopic('b')
    const producer = await Transactional.open(on, 'tx')
    const codes: unknown[] = []
    for (const version of [0, 1, 2, 3, 4, 5]) {
      codes.push([
        version,
        await producer.add(['a', 'none'], version),
        await producer.as({ transactionalId: '' }).add(['a'], version),
        await producer.as({ transactionalId: on.name('other') }).add(['a'], version),
        await producer.as({ producerId: 999_999 }).add(['a'], version),
        await producer.as({ producerEpoch: 7 }).add(['a'], version),
      ])
    }
    for (const version of [4, 5])
      codes.push(await producer.add(['a'], version, true), await producer.add(['a', 'none'], version, true))
    codes.push(await producer.add(['a', 'b'], 4), await producer.add(['a', 'b'], 5, true), await producer.state())
    codes.push(await producer.add(['a']), await producer.end(false))
    return codes
  },

  'Produce to a partition that was not added, or by another producer': async (on) => {
    await on.createTopic('a')
    await on.createTopic('b')
    const producer = await Transactional.open(on, 'tx')
    const answers: unknown[] = []
    for (const version of [7, 9, 10, 11]) answers.push([version, await producer.produce('a', 0, { version })])
    answers.push(await producer.produce('a', 0, { hasId: false }))
    answers.push(await producer.as({ transactionalId: on.name('other') }).produce('a', 0))
    answers.push(
      await producer.as({ producerEpoch: 9 }).produce('a', 0),
      await producer.as({ producerId: 999_999 }).produce('a', 0),
    )
    await producer.add(['a'])
    answers.push(await producer.produce('b', 0), await producer.produce('a', 0), await producer.produce('a', 0))
    answers.push(await producer.produce('a', 7), await producer.produce('a', 2, { isTransactional: false }))
    answers.push(await producer.produce('a', 2), await producer.end(true))
    await producer.settled()
    answers.push(await producer.produce('a', 4), await producer.produce('a', 4, { isTransactional: false }))
    return answers
  },

  'version 2: what is written is added by itself, and each end raises the epoch': async (on) => {
    await on.createTopic('a')
    const producer = await Transactional.open(on, 'tx')
    const begun = producer.claim
    const answers: unknown[] = [await producer.end(true, 5), await producer.end(false, 5), producer.producerEpoch]
    answers.push(await producer.produce('a', 0, { version: 12 }), await producer.state())
    const before = producer.claim
    answers.push(await producer.as(begun).produce('a', 2, { version: 12 }), await producer.as(begun).end(true, 5))
    answers.push(await producer.end(true, 5))
    await producer.settled()
    answers.push(
      await producer.state(),
      await producer.as(before).end(true, 5),
      await producer.as(before).end(false, 5),
    )
    answers.push(await producer.end(true, 5), await producer.as(before).produce('a', 2, { version: 12 }))
    answers.push(await producer.produce('a', 2, { version: 12 }), await producer.produce('a', 0, { version: 12 }))
    answers.push(await producer.end(false, 5))
    await producer.settled()
    answers.push(await read(on, 'a', { isolationLevel: 1, producers: [producer] }))
    const other = await Transactional.open(on, 'none')
    answers.push(await other.as({ producerId: 999_999 }).produce('a', 0, { version: 12 }))
    answers.push(await other.as({ transactionalId: on.name('unknown') }).produce('a', 0, { version: 12 }))
    answers.push(await other.produce('a', 5, { version: 12 }))
    return answers
  },

  'a producer comes back while its transaction is open': async (on) => {
    await on.createTopic('a')
    const first = await Transactional.open(on, 'tx')
    await first.add(['a'])
    await first.produce('a', 0)
    const again = new Transactional(on, 'tx')
    const answers: unknown[] = [await again.init({ isOnce: true })]
    await again.settled()
    answers.push(
      await again.state(),
      await first.end(true, 3),
      await first.end(true, 5),
      await first.as({}).end(false, 5),
    )
    answers.push(await again.init(), await again.state())
    for (const version of [0, 1, 2, 3, 4, 5]) answers.push(await first.end(true, version))
    answers.push(await first.add(['a']), await first.addOffsets('g', 1), await first.addOffsets('g'))
    answers.push(await first.produce('a', 2), await first.produce('a', 2, { version: 12 }))
    answers.push(await read(on, 'a', { producers: [first] }))
    return answers
  },

  'InitProducerId by who it was': async (on) => {
    const producer = await Transactional.open(on, 'tx')
    const was = producer.claim
    const answers: unknown[] = [await producer.init(was)]
    answers.push(await producer.as({}).init(was), await producer.init(producer.claim))
    for (const version of [3, 4, 5]) answers.push(await producer.as({}).init({ ...was, version }))
    answers.push(await producer.as({}).init({ producerId: 999_999, producerEpoch: 3 }))
    answers.push(await producer.as({ transactionalId: on.name('new') }).init({ producerId: 999_999, producerEpoch: 3 }))
    answers.push(await producer.as({}).init(), await producer.as({}).init(producer.claim))
    await on.createTopic('a')
    await producer.init()
    const open = producer.claim
    await producer.add(['a'])
    answers.push(await producer.init({ ...open, isOnce: true }))
    await producer.settled()
    answers.push(await producer.init({ ...open, isOnce: true }), await producer.init())
    return answers
  },

  'offsets in a transaction': async (on) => {
    await on.createTopic('a')
    await findGroups(on)
    const producer = await Transactional.open(on, 'tx')
    const answers: unknown[] = [await producer.commitOffset('g', 'a', 3)]
    answers.push(
      await producer.addOffsets('g', 0),
      await producer.commitOffset('g', 'a', 3),
      await offsetOf(on, 'g', 'a'),
    )
    answers.push(await offsetOf(on, 'g', 'a', false), await producer.commitOffset('g', 'none', 3))
    answers.push(await producer.commitOffset('g', 'a', 4, { metadata: 'x'.repeat(4097) }))
    answers.push(await producer.end(true))
    await producer.settled()
    answers.push(await offsetOf(on, 'g', 'a'), await producer.addOffsets('g'), await producer.commitOffset('g', 'a', 9))
    answers.push(await producer.end(false))
    await producer.settled()
    answers.push(await offsetOf(on, 'g', 'a'))
    for (const version of [0, 3, 4]) {
      answers.push(await producer.addOffsets('g2'), await producer.addOffsets('g'))
      answers.push([version, await producer.as({ producerEpoch: 9 }).commitOffset('g2', 'a', 1, { version })])
      if (version >= 3) {
        answers.push(await producer.commitOffset('g2', 'a', 1, { version, memberId: 'm', generationId: 1 }))
        answers.push(await producer.commitOffset('g', 'a', 1, { version, memberId: 'm', generationId: 1 }))
      }
    }
    answers.push(await producer.end(false))
    return answers
  },

  'offsets in a transaction of version 2': async (on) => {
    await on.createTopic('a')
    await findGroups(on)
    const producer = await Transactional.open(on, 'tx')
    const answers: unknown[] = [await producer.commitOffset('g', 'a', 3, { version: 5 }), await offsetOf(on, 'g', 'a')]
    answers.push((await producer.state()).transactionState, await producer.end(true, 5))
    await producer.settled()
    answers.push(await offsetOf(on, 'g', 'a'))
    answers.push(await producer.as({ producerEpoch: 0 }).commitOffset('g', 'a', 4, { version: 5 }))
    answers.push(await producer.as({ producerId: 999_999 }).commitOffset('g', 'a', 4, { version: 5 }))
    return answers
  },

  'ListTransactions and DescribeTransactions': async (on) => {
    await on.createTopic('a')
    const open = await Transactional.open(on, 'open')
    const ended = await Transactional.open(on, 'ended')
    await Transactional.open(on, 'empty')
    await open.add(['a'])
    await open.produce('a', 0)
    await ended.add(['a'])
    await ended.end(false)
    await ended.settled()
    const list = async (version: number, filters: Record<string, unknown>) => {
      const { errorCode, unknownStateFilters, transactionStates } = await on.client.request(
        'ListTransactions',
        version,
        {
          stateFilters: [],
          producerIdFilters: [],
          ...filters,
        },
      )
      const found = transactionStates
        .filter(({ transactionalId }) => transactionalId.startsWith(on.name('')))
        .map(({ transactionalId, transactionState }) => [transactionalId, transactionState])
      return [errorCode, unknownStateFilters, found.sort()]
    }
    return [
      await list(0, {}),
      await list(0, { stateFilters: ['Ongoing', 'Nonsense'] }),
      await list(0, { stateFilters: ['Nonsense'] }),
      await list(1, { producerIdFilters: [ended.producerId] }),
      await list(1, { durationFilter: 3_600_000 }),
      await list(2, { transactionalIdPattern: `${on.name('')}e.*` }),
      await list(2, { transactionalIdPattern: '' }),
      await list(2, { transactionalIdPattern: '(' }),
      await open.state(),
      await ended.state(),
      await open.as({ transactionalId: '' }).state(),
      await open.as({ transactionalId: on.name('none') }).state(),
    ]
  },

  'DescribeProducers, and an administrator ends a transaction': async (on) => {
    await on.createTopic('a')
    const producer = await Transactional.open(on, 'tx')
    await producer.add(['a'])
    await producer.produce('a', 0)
    const describe = async (partitionIndexes = [0]) => {
      const topics = [{ name: on.name('a'), partitionIndexes }]
      const answer = await on.client.request('DescribeProducers', 0, { topics })
      return answer.topics[0]!.partitions.map(({ activeProducers, errorMessage, ...partition }) => ({
        ...partition,
        activeProducers: activeProducers.map(({ producerId, lastTimestamp, ...active }) => ({
          ...active,
          isOwn: producerId === producer.producerId,
          isOfRecord: lastTimestamp === FIRST + 1,
        })),
      }))
    }
    const write = async (marker: Record<string, number | boolean>, name = 'a') => {
      const topics = [{ name: on.name(name), partitionIndexes: [0] }]
      const { producerId, producerEpoch } = producer
      const markers = [{ producerId, producerEpoch, coordinatorEpoch: 0, transactionResult: false, ...marker, topics }]
      const answer = await on.client.request('WriteTxnMarkers', 1, { markers })
      return answer.markers.map((one) => one.topics.map(({ partitions }) => partitions))
    }
    const answers: unknown[] = [await describe(), await describe([0, 7]), await write({}, 'none')]
    answers.push(await write({}), await describe(), await read(on, 'a', { isolationLevel: 1, producers: [producer] }))
    answers.push(await write({ coordinatorEpoch: -1 }), await write({ producerEpoch: 5 }), await describe())
    answers.push(await write({ producerEpoch: 4 }), await write({ producerId: 999_999, producerEpoch: 2 }))
    answers.push(await read(on, 'a', { producers: [producer] }))
    return answers
  },
}
