/** Bytes from this length on are not copied: record batches go from the log to the socket as they lie there. */
const REFERRED_TO_FROM = 4096

/** Writes Kafka's primitive types into a buffer that grows, and refers to long bytes where they lie. */
export class Writer {
  private buffer: Buffer
  private offset = 0
  /** Where in the buffer the piece that is being written begins. */
  private begun = 0
  private readonly complete: Buffer[] = []
  private completeLength = 0
  constructor(size = 256) {
    this.buffer = Buffer.allocUnsafe(size)
  }

  /** How many bytes were written so far. */
  get length(): number {
    return this.completeLength + this.offset - this.begun
  }

  /** What was written so far, in order; shares memory with the writer and with what it was given. */
  get pieces(): Buffer[] {
    const last = this.buffer.subarray(this.begun, this.offset)
    return last.length === 0 && this.complete.length > 0 ? [...this.complete] : [...this.complete, last]
  }

  /** What was written so far, as one. */
  get written(): Buffer {
    const pieces = this.pieces
    return pieces.length === 1 ? pieces[0]! : Buffer.concat(pieces)
  }

  private take(length: number): number {
    const start = this.offset
    if (start + length > this.buffer.length) {
      const grown = Buffer.allocUnsafe(Math.max(this.buffer.length * 2, start + length))
      this.buffer.copy(grown, 0, 0, start)
      this.buffer = grown
    }
    this.offset = start + length
    return start
  }

  int8(value: number): void {
    // First the place, which may replace the buffer, then the buffer.
    const at = this.take(1)
    this.buffer.writeInt8(value, at)
  }
  bool(value: boolean): void {
    this.int8(value ? 1 : 0)
  }
  int16(value: number): void {
    const at = this.take(2)
    this.buffer.writeInt16BE(value, at)
  }
  uint16(value: number): void {
    const at = this.take(2)
    this.buffer.writeUInt16BE(value, at)
  }
  int32(value: number): void {
    const at = this.take(4)
    this.buffer.writeInt32BE(value, at)
  }
  uint32(value: number): void {
    const at = this.take(4)
    this.buffer.writeUInt32BE(value, at)
  }
  /** Java's greatest and least numbers are read as ±2^63, of which the first is one too many. */
  int64(value: number): void {
    const at = this.take(8)
    if (value >= 2 ** 63) {
      this.buffer.fill(0xff, at, at + 8)
      this.buffer[at] = 0x7f
      return
    }
    const high = Math.floor(value / 4294967296)
    this.buffer.writeInt32BE(high, at)
    this.buffer.writeUInt32BE(value - high * 4294967296, at + 4)
  }
  float64(value: number): void {
    const at = this.take(8)
    this.buffer.writeDoubleBE(value, at)
  }
  uuid(value: string): void {
    const at = this.take(16)
    this.buffer.fill(0, at, at + 16)
    this.buffer.write(value, at, 16, 'base64url')
  }
  unsignedVarint(value: number): void {
    let rest = value
    while (rest >= 0x80) {
      const at = this.take(1)
      this.buffer[at] = (rest & 0x7f) | 0x80
      rest = Math.floor(rest / 128)
    }
    const at = this.take(1)
    this.buffer[at] = rest
  }
  bytes(value: Uint8Array): void {
    if (value.length >= REFERRED_TO_FROM) {
      this.refer(Buffer.from(value.buffer, value.byteOffset, value.length))
      return
    }
    const at = this.take(value.length)
    this.buffer.set(value, at)
  }
  /** UTF-8; `length` is its length in bytes. */
  text(value: string, length: number): void {
    const at = this.take(length)
    this.buffer.write(value, at, 'utf8')
  }

  private refer(value: Buffer): void {
    if (this.offset > this.begun) this.complete.push(this.buffer.subarray(this.begun, this.offset))
    this.complete.push(value)
    this.completeLength += this.offset - this.begun + value.length
    this.begun = this.offset
  }
}
