import { createMatchers } from '../matchers/index.ts'
import type { RunnersSnapshots } from '../matchers/to-match-record-snapshot.ts'
import type { Handle } from './handle.ts'
import type { Realm } from './realm.ts'

/** The matchers for the `expect` of a sandbox. */
export function matchersFor(realm: Realm, global: object): Handle['matchers'] {
  const snapshots: RunnersSnapshots = {
    match(...args) {
      return Reflect.apply(runnersOwn(global).toMatchSnapshot, this, args)
    },
    nameOf: ({ currentTestName = '' }, _, hint) =>
      hint === undefined ? currentTestName : `${currentTestName}: ${hint}`,
  }
  const matchers = Object.entries(createMatchers(snapshots))
  return Object.fromEntries(
    matchers.map(([name, matcher]) => [
      name,
      function (this: unknown, received: unknown, ...args: unknown[]): unknown {
        const adopt = (error: unknown): never => {
          throw realm.adopt(error)
        }
        try {
          const result: unknown = Reflect.apply(matcher, this, [realm.unwrap(received), ...args])
          return isThenable(result) ? result.then(undefined, adopt) : result
        } catch (error) {
          return adopt(error)
        }
      },
    ]),
  )
}

/** Where Jest's `expect` keeps the matchers of a sandbox. */
function runnersOwn(global: object): { toMatchSnapshot: RunnersSnapshots['match'] } {
  const { matchers } = (global as Record<symbol, { matchers: { toMatchSnapshot: RunnersSnapshots['match'] } }>)[
    Symbol.for('$$jest-matchers-object')
  ]!
  return matchers
}

function isThenable(value: unknown): value is PromiseLike<unknown> {
  return typeof (value as PromiseLike<unknown> | null)?.then === 'function'
}
