import { Problem } from './problem.ts'

interface Bucket {
  left: number
  at: number
}

/** Callers that are remembered; the oldest are forgotten first. */
const MOST_CALLERS = 10_000
const MINUTE_MS = 60_000

/** A bucket of tokens for each caller: so many requests a minute, all of them at once if need be. */
export class RateLimit {
  readonly #perMinute: number
  readonly #buckets = new Map<string, Bucket>()

  /** 0: no limit. */
  constructor(perMinute: number) {
    this.#perMinute = perMinute
  }

  /** @throws Problem 429, with the seconds after which to try again. */
  take(caller: string, now: number = Date.now()): void {
    if (this.#perMinute === 0) return
    const bucket = this.#refilled(caller, now)
    if (bucket.left < 1) {
      const seconds = Math.ceil(((1 - bucket.left) * MINUTE_MS) / this.#perMinute / 1000)
      throw new Problem(429, 'too many requests', `at most ${this.#perMinute} requests a minute are answered`, {
        headers: { 'retry-after': String(seconds) },
      })
    }
    bucket.left -= 1
  }

  #refilled(caller: string, now: number): Bucket {
    const known = this.#buckets.get(caller)
    const bucket = known ?? { left: this.#perMinute, at: now }
    bucket.left = Math.min(this.#perMinute, bucket.left + ((now - bucket.at) * this.#perMinute) / MINUTE_MS)
    bucket.at = now
    if (known === undefined) {
      if (this.#buckets.size >= MOST_CALLERS) this.#buckets.delete(this.#buckets.keys().next().value!)
      this.#buckets.set(caller, bucket)
    }
    return bucket
  }
}
