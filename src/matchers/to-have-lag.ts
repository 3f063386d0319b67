import type { MatcherContext, MatcherResult } from './check.ts'
import { groupMatcher, lagOf } from './group-matcher.ts'
import type { GroupOptions } from './options.ts'

/** Holds when the group has exactly so many records left to take, over all its partitions, before the deadline. */
export function toHaveLag(
  this: MatcherContext,
  received: unknown,
  lag: number,
  options: GroupOptions = {},
): PromiseLike<MatcherResult> {
  return groupMatcher(this, received, {
    name: 'toHaveLag',
    argument: `${lag}`,
    expected: `lag ${lag}`,
    options,
    holds: (group) => group !== undefined && lagOf(group) === lag,
    received: (group) => `lag ${lagOf(group)}`,
  })
}
