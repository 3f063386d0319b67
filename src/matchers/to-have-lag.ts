import type { MatcherContext, MatcherResult } from './check.ts'
import { groupMatcher, lagOf } from './group-matcher.ts'
import { checkCount, type GroupOptions } from './options.ts'

/** Holds when the group has exactly so many records left to take, over all its partitions, before the deadline. */
export function toHaveLag(
  this: MatcherContext,
  received: unknown,
  lag: number,
  options: GroupOptions = {},
): Promise<MatcherResult> {
  checkCount('toHaveLag', 'lag', lag)
  return groupMatcher(this, received, {
    name: 'toHaveLag',
    expected: `lag ${lag}`,
    unexpected: `any lag but ${lag}`,
    options,
    holds: (group) => group !== undefined && lagOf(group) === lag,
    received: (group) => `lag ${lagOf(group)}`,
  })
}
