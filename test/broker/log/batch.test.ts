import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import {
  BatchView,
  decodeRecords,
  encodeBatch,
  InvalidRecordsError,
  type LogRecord,
  readBatches,
  setBaseOffset,
  setLogAppendTime,
} from '../../../src/broker/log/batch.ts'
import { compressionNames } from '../../../src/broker/log/compression.ts'
import { crc32c } from '../../../src/broker/log/crc32c.ts'
import { javaBatch, javaBatches } from './java/batches.ts'
import { seed, someRecords } from './records.ts'

const time = 1_700_000_000_000
const record = (value: string, offset = 0): LogRecord => ({
  offset,
  timestamp: time,
  key: null,
  value: Buffer.from(value),
  headers: [],
})

describe.each(compressionNames)('a batch with compression %s', (compression) => {
  test(`gives back its records (seed ${seed})`, () => {
    fc.assert(
      fc.property(someRecords, (records) => {
        const bytes = encodeBatch(records, { compression })
        const [batch, ...others] = readBatches(bytes)
        expect(others).toEqual([])
        expect(batch).toMatchObject({
          compression,
          magic: 2,
          recordCount: records.length,
          baseOffset: records[0]!.offset,
        })
        expect(batch!.maxTimestamp).toBe(Math.max(...records.map(({ timestamp }) => timestamp)))
        expect(decodeRecords(bytes)).toEqual(records)
      }),
      { seed, numRuns: 50 },
    )
  })

  test.each(['CreateTime', 'LogAppendTime'] as const)('is read as Java writes it, with %s', (kind) => {
    const bytes = javaBatch(2, compression, kind)
    const [batch] = readBatches(bytes)
    expect(batch).toMatchObject({
      compression,
      timestampType: kind,
      baseOffset: 5,
      lastOffsetDelta: 2,
      baseTimestamp: time,
      maxTimestamp: kind === 'CreateTime' ? time + 10 : time + 999,
      producerId: 42,
      producerEpoch: 3,
      baseSequence: 7,
      recordCount: 3,
      isTransactional: true,
      isControl: false,
    })
    const at = (createTime: number) => (kind === 'CreateTime' ? createTime : time + 999)
    expect(decodeRecords(bytes)).toEqual([
      {
        offset: 5,
        timestamp: at(time),
        key: Buffer.from('k1'),
        value: Buffer.from('one one one one one one one one'),
        headers: [
          ['type', Buffer.from('A')],
          ['none', null],
        ],
      },
      { offset: 6, timestamp: at(time + 10), key: null, value: Buffer.from('two'), headers: [] },
      { offset: 7, timestamp: at(time - 5), key: Buffer.from('k3'), value: null, headers: [] },
    ])
  })
})

test('the batch that ends a transaction is told from records', () => {
  const [marker] = readBatches(javaBatch(2, 'none', 'control'))
  expect(marker).toMatchObject({ isControl: true, isTransactional: true, producerId: 42, producerEpoch: 3 })
})

test('batches that follow each other are read one by one, each a slice of the bytes', () => {
  const bytes = Buffer.concat([encodeBatch([record('a')]), javaBatch(2, 'gzip', 'CreateTime')])
  const [first, second, ...others] = readBatches(bytes)
  expect(others).toEqual([])
  expect(decodeRecords(first!.bytes)[0]!.value!.toString()).toBe('a')
  expect(second!.recordCount).toBe(3)
  expect(second!.bytes.buffer).toBe(bytes.buffer)
})

test('a batch is moved without a new checksum', () => {
  const bytes = encodeBatch([record('a', 0), record('b', 1)])
  const { crc } = new BatchView(bytes)
  setBaseOffset(bytes, 2 ** 40, 6)
  expect(readBatches(bytes)).toMatchObject([{ baseOffset: 2 ** 40, leaderEpoch: 6, crc }])
  expect(decodeRecords(bytes).map(({ offset }) => offset)).toEqual([2 ** 40, 2 ** 40 + 1])
})

test('the time of the append stands for the time of each record', () => {
  const bytes = encodeBatch([record('a', 0), record('b', 1)], { compression: 'zstd' })
  setLogAppendTime(bytes, time + 500)
  expect(readBatches(bytes)).toMatchObject([{ timestampType: 'LogAppendTime', compression: 'zstd' }])
  expect(decodeRecords(bytes).map(({ timestamp }) => timestamp)).toEqual([time + 500, time + 500])
})

test('any bit that changes behind the checksum is found', () => {
  const good = javaBatch(2, 'none', 'CreateTime')
  for (let bit = 17 * 8; bit < good.length * 8; bit++) {
    const bad = Buffer.from(good)
    bad[bit >> 3]! ^= 1 << (bit & 7)
    expect(() => readBatches(bad)).toThrow(/^the checksum of the batch is \d+, its header says \d+$/)
  }
})

test('a batch that is cut off is corrupt, wherever it is', () => {
  const good = javaBatch(2, 'none', 'CreateTime')
  for (let end = 1; end < good.length; end++) {
    expect(() => readBatches(good.subarray(0, end))).toThrow(InvalidRecordsError)
  }
})

/** A batch with another value in its header, and a checksum that is right. */
function changed(change: (bytes: Buffer) => void): Buffer {
  const bytes = encodeBatch([record('a', 0), record('b', 1)])
  change(bytes)
  bytes.writeUInt32BE(crc32c(bytes.subarray(21)), 17)
  return bytes
}

test.each([
  ['no records', (bytes: Buffer) => bytes.writeInt32BE(0, 57), 'a batch of 0 records with last offset delta 1'],
  ['more offsets than records', (bytes: Buffer) => bytes.writeInt32BE(9, 23), '2 records with last offset delta 9'],
  ['another format', (bytes: Buffer) => bytes.writeInt8(1, 16), 'magic 1 in a batch of magic 2'],
])('a batch with %s is invalid', (_, change, message) => {
  expect(() => readBatches(changed(change))).toThrow(expect.objectContaining({ reason: 'invalid' }))
  expect(() => readBatches(changed(change))).toThrow(message)
})

test('a batch with a length of two billion is corrupt', () => {
  const bytes = encodeBatch([record('a')])
  bytes.writeInt32BE(0x7fffffff, 8)
  expect(() => readBatches(bytes)).toThrow(`a batch of 2147483659 bytes at byte 0 of ${bytes.length}`)
})

test(`records that are something else are an error, never a hang (seed ${seed})`, () => {
  const good = encodeBatch([record('a', 0), record('b', 1)])
  fc.assert(
    fc.property(fc.nat(good.length - 62), fc.uint8Array({ minLength: 1, maxLength: 10 }), (at, change) => {
      const bad = Buffer.from(good)
      bad.set(change.slice(0, bad.length - 61 - at), 61 + at)
      bad.writeInt32BE(0x7fffffff, 57)
      expect(() => decodeRecords(bad)).toThrow()
    }),
    { seed, numRuns: 500 },
  )
})

test('every batch that Java wrote has the checksum that it says', () => {
  for (const { bytes } of javaBatches.filter(({ magic }) => magic === 2)) {
    expect(crc32c(bytes.subarray(21))).toBe(new BatchView(bytes).crc)
  }
})
