import { type Scope, scopeOf } from './scope.ts'

/** A consumer group as a test names it: what the group matchers are asked of. */
export class Group {
  readonly id: string
  readonly #scope: () => Scope

  constructor(id: string, scope: () => Scope) {
    if (typeof id !== 'string' || id === '') {
      throw new TypeError(`kafka.group: the id of a group is a text that isn't empty, this is ${JSON.stringify(id)}`)
    }
    this.id = id
    this.#scope = scope
  }

  get [scopeOf](): Scope {
    const scope = this.#scope()
    scope.touched.add(this.id)
    return scope
  }
}
