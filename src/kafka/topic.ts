import type { Serdes } from './record.ts'
import { type Scope, scopeOf } from './scope.ts'

/** A topic as a test names it. Making one does no I/O: the topic need not exist. */
export interface Topic<K = unknown, V = unknown> {
  readonly name: string
  readonly serdes: Serdes<K, V>
  /** The test that it belongs to. */
  readonly [scopeOf]: Scope
}

class TopicHandle<K, V> implements Topic<K, V> {
  readonly name: string
  readonly serdes: Serdes<K, V>
  readonly #scope: () => Scope

  constructor(name: string, serdes: Serdes<K, V>, scope: () => Scope) {
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

export function createTopicHandle<K, V>(name: string, serdes: Serdes<K, V>, scope: () => Scope): Topic<K, V> {
  if (typeof name !== 'string' || name === '') {
    throw new TypeError(`kafka.topic: a topic's name is a text that isn't empty, this is ${JSON.stringify(name)}.`)
  }
  return new TopicHandle(name, serdes, scope)
}
