import { createRequire } from 'node:module'
import { gunzipSync, gzipSync, zstdCompressSync, zstdDecompressSync } from 'node:zlib'

/** Kafka's compression types, by their number in a batch's attributes (org.apache.kafka.common.record.CompressionType). */
export const compressionNames = ['none', 'gzip', 'snappy', 'lz4', 'zstd'] as const
export type CompressionName = (typeof compressionNames)[number]

/** A batch that inflates beyond this is refused: a few kilobytes can claim gigabytes. */
const MAX_DECOMPRESSED_BYTES = 256 * 1024 * 1024

type WebAssemblyCodecs = typeof import('@platformatic/wasm-utils')
let loaded: WebAssemblyCodecs | undefined

/** Snappy and LZ4 come as WebAssembly, loaded (9 ms) when the first such batch has to be looked into. */
function codecs(): WebAssemblyCodecs {
  loaded ??= createRequire(import.meta.url)('@platformatic/wasm-utils') as WebAssemblyCodecs
  return loaded
}

/** Compresses the records of a batch, in the framing that Kafka's Java client writes. */
export function compress(name: CompressionName, bytes: Buffer): Buffer {
  switch (name) {
    case 'none':
      return bytes
    case 'gzip':
      return gzipSync(bytes)
    case 'snappy':
      return xerialFrame(Buffer.from(codecs().snappyCompress(bytes)))
    case 'lz4':
      return Buffer.from(codecs().lz4Compress(bytes))
    case 'zstd':
      return zstdCompressSync(bytes)
  }
}

/** @throws Error when the bytes aren't what their compression says, or inflate beyond 256 MiB. */
export function decompress(name: CompressionName, bytes: Buffer): Buffer {
  switch (name) {
    case 'none':
      return bytes
    case 'gzip':
      return gunzipSync(bytes, { maxOutputLength: MAX_DECOMPRESSED_BYTES })
    case 'snappy':
      return decompressSnappy(bytes)
    case 'lz4':
      return Buffer.from(codecs().lz4Decompress(withHeaderChecksum(bytes)))
    case 'zstd':
      return zstdDecompressSync(bytes, { maxOutputLength: MAX_DECOMPRESSED_BYTES })
  }
}

/** The header of snappy-java's stream, which Java and most other clients wrap around raw snappy blocks. */
const xerialMagic = Buffer.from([0x82, 0x53, 0x4e, 0x41, 0x50, 0x50, 0x59, 0x00])

function xerialFrame(block: Buffer): Buffer {
  const header = Buffer.alloc(20)
  xerialMagic.copy(header)
  header.writeInt32BE(1, 8)
  header.writeInt32BE(1, 12)
  header.writeInt32BE(block.length, 16)
  return Buffer.concat([header, block])
}

function decompressSnappy(bytes: Buffer): Buffer {
  if (!bytes.subarray(0, 8).equals(xerialMagic)) return decompressBlock(bytes)
  const blocks: Buffer[] = []
  let total = 0
  for (let at = 16; at < bytes.length; ) {
    const length = bytes.readInt32BE(at)
    if (length < 0 || at + 4 + length > bytes.length) throw new Error('a snappy block reaches beyond its frame')
    const block = decompressBlock(bytes.subarray(at + 4, at + 4 + length))
    total += block.length
    if (total > MAX_DECOMPRESSED_BYTES) throw new Error(`snappy data inflates beyond ${MAX_DECOMPRESSED_BYTES} bytes`)
    blocks.push(block)
    at += 4 + length
  }
  return Buffer.concat(blocks)
}

/** A raw snappy block begins with its inflated length as a varint, so a bomb is seen before it goes off. */
function decompressBlock(block: Buffer): Buffer {
  let length = 0
  for (let i = 0; i < 5 && i < block.length; i++) {
    length += (block[i]! & 0x7f) * 2 ** (7 * i)
    if (block[i]! < 0x80) break
  }
  if (length > MAX_DECOMPRESSED_BYTES) throw new Error(`snappy data inflates beyond ${MAX_DECOMPRESSED_BYTES} bytes`)
  return Buffer.from(codecs().snappyDecompress(block))
}

/**
 * Clients of Kafka before 0.10 wrote LZ4 frames whose header checksum covers the magic number too (KAFKA-3160). The
 * right checksum is put in its place, so that one decoder reads both.
 */
function withHeaderChecksum(frame: Buffer): Buffer {
  if (frame.length < 7 || frame.readUInt32LE(0) !== 0x184d2204) throw new Error('an LZ4 frame has another magic number')
  const descriptorLength = (frame[4]! & 0x08) === 0 ? 2 : 10
  const checksum = (xxHash32(frame.subarray(4, 4 + descriptorLength)) >>> 8) & 0xff
  if (frame[4 + descriptorLength] === checksum) return frame
  const mended = Buffer.from(frame)
  mended[4 + descriptorLength] = checksum
  return mended
}

/** xxHash32 with seed 0, for inputs of less than 16 bytes (the frame's descriptor is one). */
function xxHash32(bytes: Uint8Array): number {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length)
  let hash = (374761393 + bytes.length) | 0
  let at = 0
  for (; at + 4 <= bytes.length; at += 4) {
    hash = Math.imul(rotate(hash + Math.imul(view.getUint32(at, true), -1028477379), 17), 668265263)
  }
  for (; at < bytes.length; at++) hash = Math.imul(rotate(hash + Math.imul(bytes[at]!, 374761393), 11), -1640531535)
  hash = Math.imul(hash ^ (hash >>> 15), -2048144777)
  hash = Math.imul(hash ^ (hash >>> 13), -1028477379)
  return (hash ^ (hash >>> 16)) >>> 0
}

function rotate(value: number, bits: number): number {
  return (value << bits) | (value >>> (32 - bits))
}
