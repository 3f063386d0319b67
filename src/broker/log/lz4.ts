/*
 * Reads LZ4 frames, as all clients of Kafka write them. Plain JavaScript, since the WebAssembly that compresses must
 * not read what it didn't write: after one malformed frame its memory is broken for all that follow.
 *
 * No checksum of the frame is looked at. The batch's own covers it, and clients of Kafka before 0.10 wrote a wrong one
 * into the frame's header (KAFKA-3160).
 */

const MAGIC = 0x184d2204
const INDEPENDENT_BLOCKS = 0x20
const BLOCK_CHECKSUMS = 0x10
const CONTENT_SIZE = 0x08
const DICTIONARY = 0x01
const STORED_BLOCK = 0x80000000

/**
 * The content of an LZ4 frame.
 *
 * @throws Error when the frame is malformed, or inflates beyond `limit` bytes.
 */
export function inflateLz4(frame: Buffer, limit: number): Buffer {
  if (frame.length < 7 || frame.readUInt32LE(0) !== MAGIC) throw new Error('no LZ4 frame: its magic number is another')
  const flags = frame[4]!
  const maxBlock = 2 ** (8 + 2 * ((frame[5]! >> 4) & 7))
  let output: Buffer = Buffer.allocUnsafe(Math.min(frame.length * 4, limit))
  let length = 0
  let at = 7 + (flags & CONTENT_SIZE ? 8 : 0) + (flags & DICTIONARY ? 4 : 0)
  for (;;) {
    if (at + 4 > frame.length) throw new Error(`an LZ4 frame is cut off at byte ${at}`)
    const size = frame.readUInt32LE(at)
    at += 4
    if (size === 0) return rightSized(output, length)
    const end = at + (size & ~STORED_BLOCK)
    if (end > frame.length) throw new Error(`an LZ4 block at byte ${at} is cut off`)
    const room = Math.min(length + maxBlock, limit)
    if (output.length < room) output = grown(output, length, Math.max(room, Math.min(output.length * 2, limit)))
    const block = frame.subarray(at, end)
    if (size >= STORED_BLOCK) {
      if (length + block.length > room) throw new Error(tooLong(room))
      output.set(block, length)
      length += block.length
    } else {
      length = inflateBlock(block, output, length, flags & INDEPENDENT_BLOCKS ? length : 0, room)
    }
    at = end + (flags & BLOCK_CHECKSUMS ? 4 : 0)
  }
}

/** Records share memory with what they were read from, so little content must not keep a large block's room alive. */
function rightSized(output: Buffer, length: number): Buffer {
  const content = output.subarray(0, length)
  return length * 2 < output.length ? Buffer.from(content) : content
}

function grown(output: Buffer, length: number, size: number): Buffer {
  const larger = Buffer.allocUnsafe(size)
  output.copy(larger, 0, 0, length)
  return larger
}

const tooLong = (room: number): string => `an LZ4 frame inflates beyond its block size, or the limit: ${room} bytes`

/** Writes a block's content at `start`, and gives where it ends. Its copies reach back to `lowest` at most. */
function inflateBlock(block: Buffer, output: Buffer, start: number, lowest: number, room: number): number {
  let at = 0
  let to = start
  const extended = (nibble: number): number => {
    let length = nibble
    for (let byte = 255; byte === 255; length += byte) {
      if (at >= block.length) throw new Error('an LZ4 block is cut off in a length')
      byte = block[at++]!
    }
    return length
  }
  while (at < block.length) {
    const token = block[at++]!
    const literals = token >> 4 === 15 ? extended(15) : token >> 4
    if (at + literals > block.length) throw new Error('an LZ4 block is cut off in its literals')
    if (to + literals > room) throw new Error(tooLong(room))
    if (literals > 16) output.set(block.subarray(at, at + literals), to)
    else for (let i = 0; i < literals; i++) output[to + i] = block[at + i]!
    at += literals
    to += literals
    if (at === block.length) return to
    if (at + 2 > block.length) throw new Error('an LZ4 block is cut off in an offset')
    const distance = block[at]! | (block[at + 1]! << 8)
    at += 2
    const copied = ((token & 15) === 15 ? extended(15) : token & 15) + 4
    if (distance === 0 || distance > to - lowest) throw new Error(`an LZ4 block copies from ${distance} bytes back`)
    if (to + copied > room) throw new Error(tooLong(room))
    if (copied > 32 && distance >= copied) output.copyWithin(to, to - distance, to - distance + copied)
    else for (let i = 0; i < copied; i++) output[to + i] = output[to - distance + i]!
    to += copied
  }
  throw new Error('an LZ4 block ends without literals')
}
