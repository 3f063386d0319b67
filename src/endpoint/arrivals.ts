/** Tells those who wait that something arrived: of a run by its id, of a project by its name. */
export class Arrivals {
  readonly #bells = new Map<string, Set<Bell>>()

  tell(...keys: readonly string[]): void {
    for (const key of keys) for (const bell of this.#bells.get(key) ?? []) bell.ring()
  }

  /** From now on nothing is missed, also while nobody waits. */
  listen(key: string): Bell {
    const bells = this.#bells.get(key) ?? new Set()
    this.#bells.set(key, bells)
    const bell = new Bell(() => {
      bells.delete(bell)
      if (bells.size === 0) this.#bells.delete(key)
    })
    bells.add(bell)
    return bell
  }
}

export class Bell {
  readonly #close: () => void
  #rung = false
  #wake: (() => void) | undefined

  constructor(close: () => void) {
    this.#close = close
  }

  ring(): void {
    this.#rung = true
    this.#wake?.()
  }

  /** Until it rings or has rung since the last time, so many milliseconds at most, or until `signal` calls it off. */
  async wait(ms: number, signal: AbortSignal): Promise<void> {
    if (!this.#rung && !signal.aborted) {
      const { promise, resolve } = Promise.withResolvers<void>()
      this.#wake = resolve
      const timer = setTimeout(resolve, ms)
      signal.addEventListener('abort', () => resolve(), { once: true })
      await promise
      clearTimeout(timer)
      this.#wake = undefined
    }
    this.#rung = false
  }

  close(): void {
    this.#close()
  }
}
