import { type Scope, scopeOf } from './scope.ts'

/** A consumer group as a test names it: what the group matchers are asked of. */
export interface Group {
  readonly id: string
  /** The test that it belongs to. */
  readonly [scopeOf]: Scope
}

class GroupHandle implements Group {
  readonly id: string
  readonly #scope: () => Scope

  constructor(id: string, scope: () => Scope) {
    this.id = id
    this.#scope = scope
  }

  get [scopeOf](): Scope {
    const scope = this.#scope()
    scope.touched.add(this.id)
    return scope
  }
}

export function createGroupHandle(id: string, scope: () => Scope): Group {
  if (typeof id !== 'string' || id === '') {
    throw new TypeError(`kafka.group: a group's id is a text that isn't empty, this is ${JSON.stringify(id)}.`)
  }
  return new GroupHandle(id, scope)
}
