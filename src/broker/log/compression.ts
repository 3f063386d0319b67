import { createRequire } from 'node:module'
import { inflateLz4 } from './lz4.ts'
import { inflateSnappy, xerialStream } from './snappy.ts'

/** Kafka's compression types, by their number in a batch's attributes (org.apache.kafka.common.record.CompressionType). */
export const compressionNames = ['none', 'gzip', 'snappy', 'lz4', 'zstd'] as const
export type CompressionName = (typeof compressionNames)[number]

/** A batch that inflates beyond this is refused: a few kilobytes can claim gigabytes. */
const MAX_DECOMPRESSED_BYTES = 100 * 1024 * 1024

/** Loaded where something is compressed: it costs a test file 4 ms. */
const zlib = (): typeof import('node:zlib') => process.getBuiltinModule('node:zlib')

type WebAssemblyCodecs = typeof import('@platformatic/wasm-utils')
let loaded: WebAssemblyCodecs | undefined

/** Snappy and LZ4 are compressed by WebAssembly, loaded (9 ms) at the first use; reading them needs none of it. */
function codecs(): WebAssemblyCodecs {
  loaded ??= createRequire(import.meta.url)('@platformatic/wasm-utils') as WebAssemblyCodecs
  return loaded
}

/** What the codecs make of nothing. They are not asked: 0.2.1 throws on empty input once its memory has grown. */
const EMPTY = {
  snappy: Buffer.from([0]),
  lz4: Buffer.from('04224d1860408200000000', 'hex'),
}

/** Compresses the records of a batch, in the framing that Kafka's Java client writes. */
export function compress(name: CompressionName, bytes: Buffer): Buffer {
  switch (name) {
    case 'none':
      return bytes
    case 'gzip':
      return zlib().gzipSync(bytes)
    case 'snappy':
      return xerialStream(bytes.length === 0 ? EMPTY.snappy : Buffer.from(codecs().snappyCompress(bytes)))
    case 'lz4':
      return bytes.length === 0 ? EMPTY.lz4 : Buffer.from(codecs().lz4Compress(bytes))
    case 'zstd':
      return zlib().zstdCompressSync(bytes)
  }
}

/** @throws Error when the bytes aren't what their compression says, or inflate beyond 100 MiB. */
export function decompress(name: CompressionName, bytes: Buffer): Buffer {
  switch (name) {
    case 'none':
      return bytes
    case 'gzip':
      return zlib().gunzipSync(bytes, { maxOutputLength: MAX_DECOMPRESSED_BYTES })
    case 'snappy':
      return inflateSnappy(bytes, MAX_DECOMPRESSED_BYTES)
    case 'lz4':
      return inflateLz4(bytes, MAX_DECOMPRESSED_BYTES)
    case 'zstd':
      return zlib().zstdDecompressSync(bytes, { maxOutputLength: MAX_DECOMPRESSED_BYTES })
  }
}
