import { plural } from '../kafka/failure-message.ts'
import type { MatcherContext, MatcherResult } from './check.ts'
import { groupMatcher } from './group-matcher.ts'
import { checkCount, type GroupOptions } from './options.ts'

/** Holds when so many members share the group and none of them waits for its partitions, before the deadline. */
export function toHaveMembers(
  this: MatcherContext,
  received: unknown,
  members: number,
  options: GroupOptions = {},
): Promise<MatcherResult> {
  checkCount('toHaveMembers', 'number of members', members)
  return groupMatcher(this, received, {
    name: 'toHaveMembers',
    expected: plural(members, 'member'),
    unexpected: `any number but ${plural(members, 'member')}`,
    concerns: () => false,
    options,
    holds: (group) =>
      (group?.members.length ?? 0) === members && (group === undefined || !group.state.endsWith('Rebalance')),
    received: (group) =>
      [plural(group.members.length, 'member'), ...group.members.map(({ clientId }) => clientId)].join(', '),
  })
}
