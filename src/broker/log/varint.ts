/** Reads the zigzag varints of which the records of a batch are made (KIP-98). */
export class VarintReader {
  offset = 0
  readonly buffer: Buffer
  constructor(buffer: Buffer) {
    this.buffer = buffer
  }

  varint(): number {
    // Most are of one byte.
    const first = this.buffer[this.offset]
    if (first !== undefined && first < 0x80) {
      this.offset += 1
      return (first >>> 1) ^ -(first & 1)
    }
    let value = 0
    for (let shift = 0; shift < 70; shift += 7) {
      const byte = this.buffer[this.offset++]
      if (byte === undefined) throw new Error(`a varint at byte ${this.offset - 1} is cut off`)
      value += (byte & 0x7f) * 2 ** shift
      if (byte < 0x80) return value % 2 === 0 ? value / 2 : -(value + 1) / 2
    }
    throw new Error(`a varint of more than 10 bytes at byte ${this.offset}`)
  }

  int8(): number {
    if (this.offset >= this.buffer.length) throw new Error(`a byte at ${this.offset} is missing`)
    return this.buffer.readInt8(this.offset++)
  }

  /** Bytes behind their length; a length of -1 is null. They share memory with the batch. */
  bytes(): Buffer | null {
    const length = this.skipBytes()
    return length === -1 ? null : this.buffer.subarray(this.offset - length, this.offset)
  }

  /** Goes behind what `bytes` would read, and says its length. */
  skipBytes(): number {
    const length = this.varint()
    if (length === -1) return length
    const start = this.offset
    if (length < 0 || start + length > this.buffer.length) {
      throw new Error(`${length} bytes wanted at byte ${start}, ${this.buffer.length - start} are left`)
    }
    this.offset = start + length
    return length
  }
}

/** A number as a zigzag varint, appended to a list of bytes. */
export function pushVarint(bytes: number[], value: number): void {
  let rest = value >= 0 ? value * 2 : -value * 2 - 1
  while (rest >= 0x80) {
    bytes.push((rest % 128) | 0x80)
    rest = Math.floor(rest / 128)
  }
  bytes.push(rest)
}
