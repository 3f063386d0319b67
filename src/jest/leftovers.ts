type Timer = ReturnType<typeof setTimeout>
type Call = (...args: unknown[]) => unknown

/**
 * What an application leaves behind in a sandbox when its test file ends: a client of Kafka that nobody closed tries for
 * ever to reach the broker again. That would keep Jest alive, and fail the run: Jest takes it amiss when something is
 * logged or a module is loaded after the tests, and kafkajs loads modules at each request.
 */
export class Leftovers {
  readonly #global: Record<string, unknown>
  readonly #timers: Set<Timer> = new Set()
  #isOver = false

  constructor(global: object) {
    this.#global = global as Record<string, unknown>
    this.#replace('setTimeout', (start) => this.#starting(start, true))
    this.#replace('setInterval', (start) => this.#starting(start, false))
    for (const name of ['clearTimeout', 'clearInterval']) this.#replace(name, (stop) => this.#stopping(stop))
  }

  /** No timer fires any more, and nothing of kafkajs is printed. */
  stop(): void {
    this.#isOver = true
    for (const timer of this.#timers) clearTimeout(timer)
    this.#timers.clear()
    const console = this.#global.console as Record<string, Call>
    const quiet = Object.create(console) as Record<string, Call>
    for (const level of ['debug', 'info', 'log', 'warn', 'error']) {
      quiet[level] = (...args) => (isOfKafkaJS(args[0]) ? undefined : console[level]?.(...args))
    }
    this.#global.console = quiet
  }

  /** With all of its properties: `util.promisify` looks for one. */
  #replace(name: string, replacement: (original: Call) => Call): void {
    const original = this.#global[name] as Call
    const { length: _, name: __, prototype: ___, ...own } = Object.getOwnPropertyDescriptors(original)
    this.#global[name] = Object.defineProperties(replacement(original), own)
  }

  #starting(start: Call, once: boolean): Call {
    const timers = this.#timers
    return (callback, ...rest) => {
      const timer = start(once && typeof callback === 'function' ? fire : callback, ...rest)
      if (!isTimer(timer)) return timer
      if (this.#isOver) clearTimeout(timer)
      else timers.add(timer)
      return timer

      function fire(this: unknown, ...args: unknown[]): unknown {
        timers.delete(timer as Timer)
        return Reflect.apply(callback as Call, this, args)
      }
    }
  }

  #stopping(stop: Call): Call {
    return (timer) => {
      this.#timers.delete(timer as Timer)
      return stop(timer)
    }
  }
}

/** Those of jsdom are numbers, which end with their window. */
function isTimer(timer: unknown): timer is Timer {
  return typeof (timer as Timer | null)?.unref === 'function'
}

/** kafkajs logs lines of JSON. */
function isOfKafkaJS(text: unknown): boolean {
  return typeof text === 'string' && text.startsWith('{"level":') && text.includes('"logger":"kafkajs"')
}
