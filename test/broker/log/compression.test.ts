import { gzipSync, zstdCompressSync } from 'node:zlib'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { compress, compressionNames, decompress } from '../../../src/broker/log/compression.ts'
import { seed } from './records.ts'

const text = Buffer.from('kafka '.repeat(11_000))
const compressed = compressionNames.slice(1)

describe.each(compressed)('%s', (name) => {
  test(`gives back what went in (seed ${seed})`, () => {
    const some = fc.oneof(
      fc.uint8Array({ maxLength: 1000 }),
      fc
        .array(fc.constantFrom('orders', 'payments', '{"id":', '}'), { maxLength: 20_000 })
        .map((parts) => parts.join('')),
    )
    fc.assert(
      fc.property(some, (content) => {
        const bytes = Buffer.from(content as string)
        expect(decompress(name, compress(name, bytes)).equals(bytes)).toBe(true)
      }),
      { seed, numRuns: 30 },
    )
  })

  test('gives back nothing, also after much', () => {
    const nothing = () => decompress(name, compress(name, Buffer.alloc(0)))
    expect(nothing()).toHaveLength(0)
    compress(name, Buffer.alloc(4 * 2 ** 20))
    expect(nothing()).toHaveLength(0)
  })

  test('is an error where it is cut off, at each byte', () => {
    const bytes = compress(name, Buffer.from('one two three one two three'))
    for (let end = 1; end < bytes.length; end++) {
      // A stream of Snappy blocks that ends behind its header is one of no blocks.
      if (name === 'snappy' && end === 16) continue
      expect(() => decompress(name, bytes.subarray(0, end)), `cut at ${end}`).toThrow()
    }
  })

  test(`is an error or something else where it is changed, and what follows is read (seed ${seed})`, () => {
    const good = compress(name, text.subarray(0, 6000))
    fc.assert(
      fc.property(fc.nat(good.length - 1), fc.uint8Array({ minLength: 1, maxLength: 8 }), (at, change) => {
        const bad = Buffer.from(good)
        bad.set(change.slice(0, good.length - at), at)
        try {
          decompress(name, bad)
        } catch (error) {
          expect(error).toBeInstanceOf(Error)
        }
        expect(decompress(name, good).length).toBe(6000)
      }),
      { seed, numRuns: 300 },
    )
  })

  test('does not go beyond 100 MiB', () => {
    const bombs = {
      gzip: () => gzipSync(Buffer.alloc(101 * 2 ** 20)),
      zstd: () => zstdCompressSync(Buffer.alloc(101 * 2 ** 20)),
      // A literal of one byte, and a length that says 128 MiB.
      snappy: () => Buffer.from([0x80, 0x80, 0x80, 0x40, 0x00, 0x61]),
      lz4: lz4Bomb,
      none: () => Buffer.alloc(0),
    }
    expect(() => decompress(name, bombs[name]())).toThrow(/beyond|larger than 104857600/)
  })
})

/** 26 blocks of 4 MiB, each a byte and its copies. */
function lz4Bomb(): Buffer {
  // Less the byte, the five that end each block, and the four that a copy has at least.
  const copies = 4 * 2 ** 20 - 1 - 5 - 4
  const extended = [...Array.from({ length: Math.floor((copies - 15) / 255) }, () => 255), (copies - 15) % 255]
  const block = Buffer.from([0x1f, 0x61, 1, 0, ...extended, 0x50, 1, 2, 3, 4, 5])
  const size = Buffer.alloc(4)
  size.writeUInt32LE(block.length)
  const header = Buffer.from([0x04, 0x22, 0x4d, 0x18, 0x60, 0x70, 0x73])
  return Buffer.concat([header, ...Array.from({ length: 26 }, () => [size, block]).flat(), Buffer.alloc(4)])
}

test('LZ4 of linked blocks, with a size and checksums, is read as other libraries write it', () => {
  // lz4.frame.compress(b'kafka ' * 11000, 9, block_linked=True, content_checksum=True, block_checksum=True)
  const head = '04224d185c40d001010000000000e5100100006f6b61666b61200600'
  const tail = 'e250206b61666bd4493cb30b0000000f0600ffb95061666b61205f98bcea000000009b3de663'
  const frame = Buffer.concat([Buffer.from(head, 'hex'), Buffer.alloc(256, 0xff), Buffer.from(tail, 'hex')])
  expect(decompress('lz4', frame).equals(text)).toBe(true)
})

test('LZ4 whose blocks are independent has no copies from another block', () => {
  // A block of "abcde", and one that copies from it.
  const frame = '04224d18604082060000005061626364650b00000000050050616263646500000000'
  expect(() => decompress('lz4', Buffer.from(frame, 'hex'))).toThrow('an LZ4 block copies from 5 bytes back')
})

test('Snappy is read without a frame too, as librdkafka writes it', () => {
  const stream = compress('snappy', text)
  expect(decompress('snappy', stream.subarray(20)).equals(text)).toBe(true)
})

test('Snappy is read in several blocks, as Java writes it', () => {
  const [first, second] = [text.subarray(0, 40_000), text.subarray(40_000)].map((part) => compress('snappy', part))
  const stream = Buffer.concat([first!, second!.subarray(16)])
  expect(decompress('snappy', stream).equals(text)).toBe(true)
})

test.each([
  ['a literal that is cut off', '04f40161', /cut off/],
  ['a copy from before the start', '0800610502', /copies from 2 bytes back/],
  ['less than it says', '040061', /says 4 bytes and has 1/],
  ['more than it says', '010861626300', /longer than it says/],
  ['a length without an end', 'ffffffffffff', /begins with no length/],
  ['much from little', 'ffff3f0061', /claims/],
])('Snappy with %s is an error', (_, hex, message) => {
  expect(() => decompress('snappy', Buffer.from(hex, 'hex'))).toThrow(message)
})
