/*
 * Reads Snappy, raw as librdkafka writes it or in the stream of snappy-java ("xerial"), as Java and most others do.
 * Plain JavaScript, for the reason that lz4.ts has.
 */

const xerialMagic = Buffer.from([0x82, 0x53, 0x4e, 0x41, 0x50, 0x50, 0x59, 0x00])
const XERIAL_HEADER_BYTES = 16

/** No element of a block says more with fewer bytes: a copy of 64 in 3. */
const MAX_RATIO = 22

/** One block in the stream of snappy-java. */
export function xerialStream(block: Buffer): Buffer {
  const header = Buffer.alloc(XERIAL_HEADER_BYTES + 4)
  xerialMagic.copy(header)
  header.writeInt32BE(1, 8)
  header.writeInt32BE(1, 12)
  header.writeInt32BE(block.length, XERIAL_HEADER_BYTES)
  return Buffer.concat([header, block])
}

/**
 * The content of a Snappy block, or of a stream of them.
 *
 * @throws Error when the bytes are malformed, or inflate beyond `limit` bytes.
 */
export function inflateSnappy(bytes: Buffer, limit: number): Buffer {
  if (!bytes.subarray(0, xerialMagic.length).equals(xerialMagic)) return inflateBlock(bytes, limit)
  if (bytes.length < XERIAL_HEADER_BYTES) throw new Error('a Snappy stream is cut off in its header')
  const blocks: Buffer[] = []
  let left = limit
  for (let at = XERIAL_HEADER_BYTES; at < bytes.length; ) {
    if (at + 4 > bytes.length) throw new Error(`a Snappy stream is cut off at byte ${at}`)
    const end = at + 4 + bytes.readUInt32BE(at)
    if (end > bytes.length) throw new Error(`a Snappy block at byte ${at} is cut off`)
    const block = inflateBlock(bytes.subarray(at + 4, end), left)
    left -= block.length
    blocks.push(block)
    at = end
  }
  return blocks.length === 1 ? blocks[0]! : Buffer.concat(blocks)
}

function inflateBlock(block: Buffer, limit: number): Buffer {
  let at = 0
  const little = (count: number): number => {
    if (at + count > block.length) throw new Error(`a Snappy block is cut off at byte ${at}`)
    at += count
    return block.readUIntLE(at - count, count)
  }
  let length = 0
  for (let shift = 0, byte = 0x80; byte >= 0x80; shift += 7) {
    if (shift > 28) throw new Error('a Snappy block begins with no length')
    byte = little(1)
    length += (byte & 0x7f) * 2 ** shift
  }
  if (length > limit) throw new Error(`a Snappy block inflates to ${length} bytes, beyond the limit`)
  if (length > block.length * MAX_RATIO) throw new Error(`a Snappy block of ${block.length} bytes claims ${length}`)

  const output = Buffer.allocUnsafe(length)
  let to = 0
  while (at < block.length) {
    const tag = block[at++]!
    const kind = tag & 3
    if (kind === 0) {
      const short = tag >> 2
      const literals = (short < 60 ? short : little(short - 59)) + 1
      if (at + literals > block.length) throw new Error('a Snappy block is cut off in its literals')
      if (to + literals > length) throw new Error('a Snappy block is longer than it says')
      if (literals > 16) output.set(block.subarray(at, at + literals), to)
      else for (let i = 0; i < literals; i++) output[to + i] = block[at + i]!
      at += literals
      to += literals
    } else {
      const copied = kind === 1 ? ((tag >> 2) & 7) + 4 : (tag >> 2) + 1
      const distance = kind === 1 ? ((tag >> 5) << 8) | little(1) : little(kind === 2 ? 2 : 4)
      if (distance === 0 || distance > to) throw new Error(`a Snappy block copies from ${distance} bytes back`)
      if (to + copied > length) throw new Error('a Snappy block is longer than it says')
      for (let i = 0; i < copied; i++) output[to + i] = output[to - distance + i]!
      to += copied
    }
  }
  if (to !== length) throw new Error(`a Snappy block says ${length} bytes and has ${to}`)
  return output
}
