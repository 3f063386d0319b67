import { plural } from '../kafka/failure-message.ts'
import type { MatcherContext, MatcherResult } from './check.ts'
import { groupMatcher, lagOf } from './group-matcher.ts'
import type { GroupOptions } from './options.ts'

/** Holds when the group has taken everything there is, and doesn't rebalance, before the deadline. */
export function toCatchUp(this: MatcherContext, received: unknown, options: GroupOptions = {}): Promise<MatcherResult> {
  return groupMatcher(this, received, {
    name: 'toCatchUp',
    expected: 'no record left to take',
    unexpected: 'some records left to take',
    options,
    holds: (group) =>
      group !== undefined &&
      (group.state === 'Stable' || group.state === 'Empty') &&
      group.partitions.length > 0 &&
      group.partitions.every(({ caughtUp }) => caughtUp),
    received: (group) =>
      group.partitions.length === 0 ? 'no partition assigned or committed' : `${plural(lagOf(group), 'record')} behind`,
  })
}
