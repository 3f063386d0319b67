/** Bytes that don't follow the protocol. The message says which field, and where in the bytes. */
export class ProtocolError extends Error {
  override name = 'ProtocolError'
  /** From the message down to the field. */
  readonly path: string[] = []

  /** Puts in front of what was wrong where it was: the message's name, and the path. */
  inMessage(message: string): this {
    const path = this.path.length === 0 ? '' : `${this.path.join('.').replaceAll('.[', '[')}: `
    this.message = `${message}: ${path}${this.message}`
    return this
  }
}

/** Reads Kafka's primitive types. Lengths are checked against what is left before anything is allocated. */
export class ByteReader {
  offset = 0
  readonly buffer: Buffer
  constructor(buffer: Buffer) {
    this.buffer = buffer
  }

  get left(): number {
    return this.buffer.length - this.offset
  }

  /** Moves over `length` bytes and gives where they began. */
  private take(length: number): number {
    const start = this.offset
    if (length < 0 || length > this.buffer.length - start) {
      throw new ProtocolError(`${length} bytes wanted at byte ${start}, ${this.left} are left`)
    }
    this.offset = start + length
    return start
  }

  int8(): number {
    return this.buffer.readInt8(this.take(1))
  }
  bool(): boolean {
    return this.int8() !== 0
  }
  int16(): number {
    return this.buffer.readInt16BE(this.take(2))
  }
  uint16(): number {
    return this.buffer.readUInt16BE(this.take(2))
  }
  int32(): number {
    return this.buffer.readInt32BE(this.take(4))
  }
  uint32(): number {
    return this.buffer.readUInt32BE(this.take(4))
  }
  int64(): number {
    const at = this.take(8)
    return this.buffer.readInt32BE(at) * 4294967296 + this.buffer.readUInt32BE(at + 4)
  }
  float64(): number {
    return this.buffer.readDoubleBE(this.take(8))
  }
  uuid(): string {
    const at = this.take(16)
    return this.buffer.toString('base64url', at, at + 16)
  }

  unsignedVarint(): number {
    let value = 0
    for (let shift = 0; shift < 35; shift += 7) {
      const byte = this.buffer[this.take(1)]!
      value += (byte & 0x7f) * 2 ** shift
      if (byte < 0x80) return value
    }
    throw new ProtocolError(`a varint of more than 5 bytes at byte ${this.offset}`)
  }

  string(length: number): string {
    const at = this.take(length)
    return this.buffer.toString('utf8', at, at + length)
  }

  bytes(length: number): Buffer {
    const at = this.take(length)
    return this.buffer.subarray(at, at + length)
  }

  /** An array's length; every element takes at least one byte, but an empty struct none. */
  count(length: number): number {
    if (length > this.left)
      throw new ProtocolError(`an array of ${length} at byte ${this.offset}, ${this.left} bytes are left`)
    return length
  }

  /** A reader of a part. */
  within(bytes: Buffer): ByteReader {
    return new ByteReader(bytes)
  }

  skipTaggedFields(): void {
    for (let count = this.unsignedVarint(); count > 0; count--) {
      this.unsignedVarint()
      this.take(this.unsignedVarint())
    }
  }
}
