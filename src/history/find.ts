import type { Store } from './store.ts'

/**
 * The id of the run that is meant: by its beginning, or `latest`.
 *
 * @throws Error when none, or more than one, is meant.
 */
export function findRun(store: Store, given: string): string {
  const ids = store.ids()
  if (ids.length === 0) throw new Error('no runs are stored here (.kafka-testkit)')
  if (given === 'latest') return ids.find((id) => store.state(id) === 'ended') ?? ids[0]!
  const found = ids.filter((id) => id.startsWith(given))
  if (found.length === 1) return found[0]!
  if (found.length > 1) {
    throw new Error(`"${given}" begins ${found.length} ids; write more of it: ${found.slice(0, 5).join(', ')}`)
  }
  throw new Error(`there is no run "${given}"; the newest are ${ids.slice(0, 3).join(', ')}`)
}

/**
 * The run before another.
 *
 * @throws Error when that is the first.
 */
export function runBefore(store: Store, id: string): string {
  const found = store.ids().find((other) => other < id && store.state(other) === 'ended')
  if (found === undefined) throw new Error(`there is no run before ${id} to compare it with`)
  return found
}
