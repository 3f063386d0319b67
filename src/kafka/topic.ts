import type { Serdes } from './record.ts'
import { type Scope, scopeOf } from './scope.ts'

/** A topic as a test names it. Making one does no I/O: the topic need not exist. */
export class Topic<K = unknown, V = unknown> {
  readonly name: string
  readonly serdes: Serdes<K, V>
  readonly #scope: () => Scope

  constructor(name: string, serdes: Serdes<K, V>, scope: () => Scope) {
    if (typeof name !== 'string' || name === '') {
      throw new TypeError(
        `kafka.topic: the name of a topic is a text that isn't empty, this is ${JSON.stringify(name)}`,
      )
    }
    this.name = name
    this.serdes = serdes
    this.#scope = scope
  }

  get [scopeOf](): Scope {
    const scope = this.#scope()
    scope.touched.add(this.name)
    return scope
  }
}
