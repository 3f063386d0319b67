import { createHash } from 'node:crypto'
import { promisify } from 'node:util'
import zlib from 'node:zlib'
import { Problem } from './problem.ts'

/** Bytes of NDJSON in one chunk at most; a larger one is to be split. */
const MOST_RAW_BYTES = 8 * 1024 * 1024

/** What a body may have beyond its content: an encoder adds a little to what can't be compressed. */
export const MOST_CHUNK_BYTES: number = MOST_RAW_BYTES + 64 * 1024

export type Encoding = 'zstd' | 'gzip' | 'identity'

// The cap is what makes a small body that unpacks to gigabytes harmless.
const decoders: Record<Encoding, (bytes: Uint8Array, options: { maxOutputLength: number }) => Promise<Uint8Array>> = {
  zstd: promisify(zlib.zstdDecompress),
  gzip: promisify(zlib.gunzip),
  identity: async (bytes) => bytes,
}

/** @throws Problem 415. */
export function encodingOf(header: string | undefined): Encoding {
  const name = header?.trim().toLowerCase() || 'identity'
  if (Object.hasOwn(decoders, name)) return name as Encoding
  throw new Problem(415, 'encoding not supported', `Content-Encoding is "${name}"; send zstd, gzip or identity`, {
    headers: { 'accept-encoding': 'zstd, gzip, identity' },
  })
}

/** @throws Problem 413 when it unpacks to more than a chunk may hold, 400 when it can't be unpacked. */
export async function decode(bytes: Uint8Array, encoding: Encoding): Promise<Buffer> {
  try {
    const raw = await decoders[encoding](bytes, { maxOutputLength: MOST_RAW_BYTES })
    if (raw.byteLength > MOST_RAW_BYTES) throw tooLarge()
    return Buffer.from(raw.buffer, raw.byteOffset, raw.byteLength)
  } catch (error) {
    if (error instanceof Problem) throw error
    if ((error as NodeJS.ErrnoException).code === 'ERR_BUFFER_TOO_LARGE') throw tooLarge()
    throw new Problem(400, 'body not readable', `the body is not ${encoding} as Content-Encoding says`)
  }
}

export async function encode(raw: Uint8Array): Promise<Buffer> {
  return await promisify(zlib.zstdCompress)(raw)
}

export function tooLarge(): Problem {
  return new Problem(413, 'chunk too large', `a chunk holds at most ${MOST_RAW_BYTES} bytes of NDJSON: split it`)
}

/** As in Content-Digest (RFC 9530). */
export function digestOf(bytes: Uint8Array): string {
  return `sha-256=:${createHash('sha256').update(bytes).digest('base64')}:`
}

/** @throws Problem 400 when the header is missing, of another algorithm, or another digest than the body's. */
export function checkDigest(bytes: Uint8Array, header: string | undefined): string {
  const digest = digestOf(bytes)
  const given = header?.split(',').map((part) => part.trim())
  const sha256 = given?.find((part) => part.startsWith('sha-256='))
  if (sha256 === undefined) {
    throw new Problem(400, 'digest missing', 'Content-Digest: sha-256=:…: over the bytes as sent is wanted')
  }
  if (sha256 === digest) return digest
  throw new Problem(400, 'digest differs', `Content-Digest is ${sha256}, the body that arrived has ${digest}`)
}
