import { otherLanguage } from './unserved.ts'

/** A request's length that can't be one. */
class FrameError extends Error {
  override name = 'FrameError'
}

/**
 * What is allocated for a frame before more of it has arrived: a length alone must not take memory. A Produce request
 * with one batch of the largest size that a topic takes by default (message.max.bytes) fits, so it is copied once.
 */
const FIRST_ALLOCATION = 1024 * 1024 + 64 * 1024

/** Cuts what a connection sends into frames: each is a 32-bit length and as many bytes. */
export class FrameReader {
  readonly #maxBytes: number
  readonly #other: (firstBytes: Buffer) => string | undefined
  readonly #length: Buffer = Buffer.alloc(4)
  #lengthFilled = 0
  #isFirst = true
  /** The frame of which only a part has arrived. */
  #partial: Buffer | undefined
  #filled = 0
  #size = 0

  /** @param other Says what a connection speaks, by its first four bytes, where that is not Kafka's protocol. */
  constructor(maxBytes: number, other: (firstBytes: Buffer) => string | undefined = otherLanguage) {
    this.#maxBytes = maxBytes
    this.#other = other
  }

  /** The bytes of the frame that has begun and is not complete. */
  get begun(): Buffer | undefined {
    return this.#partial?.subarray(0, this.#filled)
  }

  /**
   * Takes what has arrived and gives the frames that are complete with it, without copying those that lie in it whole.
   *
   * @throws FrameError for a negative length, one over the limit, or a first one that is another protocol's.
   */
  push(chunk: Buffer): Buffer[] {
    const frames: Buffer[] = []
    let offset = 0
    while (offset < chunk.length) {
      if (this.#partial === undefined) {
        offset += this.#readLength(chunk, offset)
        if (this.#lengthFilled < 4) break
        this.#lengthFilled = 0
        const size = this.#checkedLength()
        if (chunk.length - offset >= size) {
          frames.push(chunk.subarray(offset, offset + size))
          offset += size
          continue
        }
        this.#size = size
        this.#filled = 0
        this.#partial = Buffer.allocUnsafeSlow(Math.min(size, FIRST_ALLOCATION))
      }
      const taken = Math.min(this.#size - this.#filled, chunk.length - offset)
      chunk.copy(this.#room(taken), this.#filled, offset, offset + taken)
      this.#filled += taken
      offset += taken
      if (this.#filled === this.#size) {
        frames.push(this.#partial)
        this.#partial = undefined
      }
    }
    return frames
  }

  #readLength(chunk: Buffer, offset: number): number {
    const taken = chunk.copy(this.#length, this.#lengthFilled, offset, offset + 4 - this.#lengthFilled)
    this.#lengthFilled += taken
    return taken
  }

  #checkedLength(): number {
    const other = this.#isFirst ? this.#other(this.#length) : undefined
    if (other !== undefined) throw new FrameError(other)
    this.#isFirst = false
    const size = this.#length.readInt32BE(0)
    if (size >= 0 && size <= this.#maxBytes) return size
    throw new FrameError(`a request of ${size} bytes was announced; at most ${this.#maxBytes} are read`)
  }

  /** The partial frame, grown by doubling until `more` bytes fit. */
  #room(more: number): Buffer {
    const partial = this.#partial!
    if (this.#filled + more <= partial.length) return partial
    const grown = Buffer.allocUnsafeSlow(Math.min(this.#size, Math.max(partial.length * 2, this.#filled + more)))
    partial.copy(grown, 0, 0, this.#filled)
    this.#partial = grown
    return grown
  }
}
