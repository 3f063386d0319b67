import fc from 'fast-check'
import { expect, test } from 'vitest'
import { openBroker } from '../../../src/broker/listener.ts'
import { BatchView, decodeRecords, encodeBatch, readBatches } from '../../../src/broker/log/batch.ts'
import { encodeMarker, isAbort } from '../../../src/broker/log/marker.ts'
import type { Partition, StoredBatch } from '../../../src/broker/log/partition.ts'
import { CommittedRecords } from '../../../src/cluster/committed-records.ts'
import { storedRecord } from '../../../src/cluster/stored-record.ts'
import { seed } from './records.ts'

const marker = fc.record({
  producerId: fc.nat(2 ** 40),
  producerEpoch: fc.nat(0x7fff),
  committed: fc.boolean(),
  coordinatorEpoch: fc.nat(2 ** 31 - 1),
})

test(`a marker is a batch of one control record (seed ${seed})`, () => {
  fc.assert(
    fc.property(marker, fc.nat(2 ** 40), fc.nat(2 ** 42), (marker, offset, timestamp) => {
      const bytes = encodeMarker(marker, { offset, timestamp })
      const { producerId, producerEpoch, committed, coordinatorEpoch } = marker
      const [batch, ...others] = readBatches(bytes)
      expect(others).toEqual([])
      expect(batch).toMatchObject({ isControl: true, isTransactional: true, baseSequence: -1, recordCount: 1 })
      expect(batch).toMatchObject({ producerId, producerEpoch, baseOffset: offset, maxTimestamp: timestamp })
      expect(isAbort(batch!)).toBe(!committed)
      const [record] = decodeRecords(bytes)
      expect([record!.offset, record!.key!.readInt16BE(0), record!.value!.readInt32BE(2)]).toEqual([
        offset,
        0,
        coordinatorEpoch,
      ])
    }),
    { seed },
  )
})

/** What producers do with one partition: write, begin to write in a transaction or go on with it, end it, or have records deleted. */
const step = fc.oneof(
  {
    weight: 3,
    arbitrary: fc.record({
      does: fc.constant('write in a transaction'),
      producer: fc.nat(3),
      count: fc.integer({ min: 1, max: 3 }),
    }),
  },
  {
    weight: 1,
    arbitrary: fc.record({
      does: fc.constant('write'),
      producer: fc.constant(-1),
      count: fc.integer({ min: 1, max: 3 }),
    }),
  },
  {
    weight: 2,
    arbitrary: fc.record({ does: fc.constantFrom('commit', 'abort'), producer: fc.nat(3), count: fc.constant(0) }),
  },
)

/** What Kafka's consumer makes of an answer by isolation level 1 (its CompletedFetch): neither what is aborted nor markers. */
function consumed({ transactions }: Partition, batches: readonly StoredBatch[], from: number): number[] {
  const last = batches.at(-1)
  const aborted = last === undefined ? [] : transactions.abortedBetween(from, last.lastOffset + 1)
  const starting = aborted.toSorted((one, other) => one.firstOffset - other.firstOffset)
  const aborting = new Set<number>()
  return batches.flatMap(({ bytes, lastOffset, isControl }) => {
    const batch = new BatchView(bytes)
    while (starting[0] !== undefined && starting[0].firstOffset <= lastOffset)
      aborting.add(starting.shift()!.producerId)
    if (isControl) {
      if (isAbort(batch)) aborting.delete(batch.producerId)
      return []
    }
    if (batch.isTransactional && aborting.has(batch.producerId)) return []
    return decodeRecords(bytes).flatMap(({ offset }) => (offset >= from ? offset : []))
  })
}

test(`a reader of committed records is given those and no others, wherever it begins (seed ${seed})`, async () => {
  await using broker = await openBroker({ log: () => {} })
  const { topics } = await broker.load()
  let run = 0
  await fc.assert(
    fc.asyncProperty(fc.array(step, { maxLength: 30 }), fc.nat(40), async (steps, start) => {
      run += 1
      const [partition] = topics.create(`topic-${run}`).partitions as [Partition]
      const open = new Map<number, number[]>()
      const committed: number[] = []
      for (const { does, producer, count } of steps) {
        const { endOffset: first } = partition
        const offsets = Array.from({ length: count }, (_, index) => first + index)
        if (count > 0) {
          const isTransactional = producer >= 0
          const records = offsets.map((offset) => ({ offset, timestamp: 1, key: null, value: null, headers: [] }))
          const bytes = encodeBatch(records, {
            producerId: producer,
            producerEpoch: 0,
            baseSequence: 0,
            isTransactional,
          })
          const whose = { transactionalId: `tx-${producer}`, producerId: producer, clientId: 'app' }
          const transaction = isTransactional ? partition.transactions.begin(whose, first) : undefined
          partition.append({ bytes, records: count, maxTimestamp: 1, transaction }, 'app')
          if (isTransactional) open.set(producer, [...(open.get(producer) ?? []), ...offsets])
          else committed.push(...offsets)
        } else {
          const isCommit = does === 'commit'
          if (isCommit) committed.push(...(open.get(producer) ?? []))
          open.delete(producer)
          partition.mark({ producerId: producer, producerEpoch: 0, committed: isCommit, coordinatorEpoch: 0 }, 'app')
        }
      }
      const stable = Math.min(partition.endOffset, ...[...open.values()].flat())
      expect(partition.lastStableOffset).toBe(stable)
      const from = Math.min(start, partition.endOffset)
      const wanted = committed.filter((offset) => offset >= from && offset < stable).sort((a, b) => a - b)
      const batches = partition.read(from, stable, Number.POSITIVE_INFINITY, true)
      expect(consumed(partition, batches, from)).toEqual(wanted)
      // Tests read the same, whether they ask once or after each step.
      const log = partition.batchesFrom(0).filter(({ isControl }) => !isControl)
      const stored = log.flatMap((one) =>
        decodeRecords(one.bytes).map((record) => ({ ...storedRecord('t', 0, record), transaction: one.transaction })),
      )
      const seen = new CommittedRecords().of(stored).map(({ offset }) => offset)
      expect(seen.filter((offset) => offset >= from)).toEqual(wanted)
      expect(partition.countFrom(0)).toBe(committed.length + [...open.values()].flat().length)
    }),
    { seed, numRuns: 200 },
  )
})
