import type { Scope } from './scope.ts'

/** A consumer group as a test holds it: the subject of `toCatchUp`, `toHaveLag` and the like. */
export class Group {
  readonly id: string
  readonly #scope: () => Scope

  /** Made by `kafka.group()`. */
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
