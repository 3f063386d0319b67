import type { Scope } from './scope.ts'

/** A consumer group as a test holds it: the subject of `toCatchUp`, `toHaveLag` and the like. */
export interface Group {
  readonly id: string
  /** What it is, so that `expect` takes nothing else for one. */
  readonly kind: 'group'
}

/** The same as tasks and matchers have it. */
export class GroupHandle implements Group {
  readonly kind: 'group' = 'group'
  readonly id: string
  readonly #scope: () => Scope

  constructor(id: string, scope: () => Scope) {
    this.id = id
    this.#scope = scope
  }

  /** The test that it belongs to. */
  get scope(): Scope {
    const scope = this.#scope()
    scope.touch(this.id)
    return scope
  }
}
