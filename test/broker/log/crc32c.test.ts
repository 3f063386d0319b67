import fc from 'fast-check'
import { expect, test } from 'vitest'
import { crc32c, crc32cByTable } from '../../../src/broker/log/crc32c.ts'
import { seed } from './records.ts'

test.each([
  ['nothing', Buffer.alloc(0), 0],
  ['the digits', Buffer.from('123456789'), 0xe3069283],
  ['32 zeros', Buffer.alloc(32), 0x8a9136aa],
  ['32 ones', Buffer.alloc(32, 0xff), 0x62a8ab43],
  ['ascending bytes', Buffer.from(Array.from({ length: 32 }, (_, index) => index)), 0x46dd794e],
])('the checksum of %s is the one of RFC 3720', (_, bytes, expected) => {
  expect(crc32cByTable(bytes)).toBe(expected)
})

function bitByBit(bytes: Uint8Array): number {
  let crc = 0xffffffff
  for (const byte of bytes) {
    crc ^= byte
    for (let bit = 0; bit < 8; bit++) crc = crc & 1 ? (crc >>> 1) ^ 0x82f63b78 : crc >>> 1
  }
  return ~crc >>> 0
}

test(`sixteen bytes at once give what one bit at a time gives (seed ${seed})`, () => {
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 300 }), (bytes) => {
      expect(crc32cByTable(bytes)).toBe(bitByBit(bytes))
    }),
    { seed },
  )
})

test('the native checksum, which takes over after 16 MiB, is the same', () => {
  const bytes = Buffer.alloc(1024 * 1024, 'record')
  const sums = Array.from({ length: 20 }, () => crc32c(bytes))
  expect(new Set(sums)).toEqual(new Set([crc32cByTable(bytes)]))
})
