import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { decodeRecords, encodeBatch, InvalidRecordsError, readBatches } from '../../../src/broker/log/batch.ts'
import { batchOfMessageSet, messageSetOfBatch } from '../../../src/broker/log/message-set.ts'
import { javaBatch, javaBatches } from './java/batches.ts'
import { seed, someRecords } from './records.ts'

const time = 1_700_000_000_000

describe.each(javaBatches.filter(({ magic }) => magic < 2))(
  'a message set of magic $magic as Java writes it, with compression $compression and $kind',
  ({ magic, compression, kind, bytes }) => {
    test('becomes a batch with the same records', () => {
      const batch = batchOfMessageSet(bytes)
      expect(readBatches(batch)).toMatchObject([
        { compression, recordCount: 3, producerId: -1, isTransactional: false },
      ])
      const at = (createTime: number) => (magic === 0 ? -1 : kind === 'CreateTime' ? createTime : time + 999)
      expect(decodeRecords(batch)).toEqual([
        {
          offset: 0,
          timestamp: at(time),
          key: Buffer.from('k1'),
          value: Buffer.from('one one one one one one one one'),
          headers: [],
        },
        { offset: 1, timestamp: at(time + 10), key: null, value: Buffer.from('two'), headers: [] },
        { offset: 2, timestamp: at(time - 5), key: Buffer.from('k3'), value: null, headers: [] },
      ])
    })

    test('is an error where it is cut off, at each byte', () => {
      const ends = compression === 'none' ? messageEnds(bytes) : []
      for (let end = 1; end < bytes.length; end++) {
        if (!ends.includes(end)) expect(() => batchOfMessageSet(bytes.subarray(0, end))).toThrow(InvalidRecordsError)
      }
    })

    test('is corrupt where a bit of it changed', () => {
      for (let byte = 12; byte < 12 + bytes.readInt32BE(8); byte++) {
        const bad = Buffer.from(bytes)
        bad[byte]! ^= 1
        expect(() => batchOfMessageSet(bad)).toThrow()
      }
    })
  },
)

function messageEnds(set: Buffer): number[] {
  const ends: number[] = []
  for (let at = 0; at < set.length; ends.push(at)) at += 12 + set.readInt32BE(at + 8)
  return ends
}

test.each([
  [0, 'CreateTime'],
  [1, 'CreateTime'],
  [1, 'LogAppendTime'],
] as const)('a batch becomes the message set of magic %i that Java writes, with %s', (magic, kind) => {
  for (const compression of ['none', 'gzip', 'snappy', 'lz4', 'zstd'] as const) {
    expect(messageSetOfBatch(javaBatch(2, compression, kind), magic)).toEqual(javaBatch(magic, 'none', kind))
  }
})

test('the end of a transaction is nothing to a client of those days', () => {
  expect(messageSetOfBatch(javaBatch(2, 'none', 'control'), 1)).toEqual(Buffer.alloc(0))
})

test(`there and back, only headers are lost (seed ${seed})`, () => {
  fc.assert(
    fc.property(someRecords, (records) => {
      const set = messageSetOfBatch(encodeBatch(records, { compression: 'gzip' }), 1)
      const expected = records.map((record, offset) => ({ ...record, offset, headers: [] }))
      expect(decodeRecords(batchOfMessageSet(set))).toEqual(expected)
    }),
    { seed },
  )
})

test('a set of 200,000 messages is one batch', () => {
  const record = { timestamp: time, key: null, value: null, headers: [] }
  const records = Array.from({ length: 200_000 }, (_, offset) => ({ offset, ...record }))
  const set = messageSetOfBatch(encodeBatch(records), 1)
  expect(readBatches(batchOfMessageSet(set))).toMatchObject([{ recordCount: 200_000 }])
})
