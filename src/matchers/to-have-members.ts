import type { MatcherContext, MatcherResult } from './check.ts'
import { groupMatcher } from './group-matcher.ts'
import type { GroupOptions } from './options.ts'

/** Holds when so many members share the group and none of them waits for its partitions, before the deadline. */
export function toHaveMembers(
  this: MatcherContext,
  received: unknown,
  members: number,
  options: GroupOptions = {},
): PromiseLike<MatcherResult> {
  return groupMatcher(this, received, {
    name: 'toHaveMembers',
    argument: `${members}`,
    expected: `${members} ${members === 1 ? 'member' : 'members'}`,
    options,
    holds: (group) =>
      (group?.members.length ?? 0) === members && (group === undefined || !group.state.endsWith('Rebalance')),
    received: (group) =>
      `${group.members.length} (${group.members.map(({ clientId }) => clientId).join(', ') || 'none'})`,
  })
}
