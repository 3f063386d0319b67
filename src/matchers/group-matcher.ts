import { LONG_AGO, type Moment } from '../base/clock.ts'
import { nearest } from '../base/nearest.ts'
import type { GroupDescription, GroupPartition } from '../cluster/cluster.ts'
import { checkOptions, duration, type OptionKind } from '../config/options.ts'
import { describeTimeout } from '../kafka/diagnosis.ts'
import { type Fact, formatReport, plural } from '../kafka/failure-message.ts'
import type { GroupHandle } from '../kafka/group.ts'
import { isItRunning, whatStopsGroup } from '../kafka/group-trouble.ts'
import { timelineOf } from '../kafka/timeline.ts'
import { deadlineOf, watch } from '../kafka/waiting.ts'
import { check, type MatcherContext, type MatcherResult } from './check.ts'
import type { GroupOptions } from './options.ts'
import { groupOf, title } from './subjects.ts'

export interface GroupQuestion<Options extends GroupOptions> {
  name: string
  /** In words, for the message; and what `.not` expects. */
  expected: string
  unexpected: string
  options: Options
  known?: Readonly<Record<string, OptionKind>>
  /** Whether it holds for the group as it is; a group that isn't there is undefined. */
  holds: (group: GroupDescription | undefined) => boolean
  /** What the group has, for the message. */
  received: (group: GroupDescription) => string
  /** Whether it would be of use to know that the group is stuck at a partition. Default: yes. */
  concerns?: (partition: GroupPartition) => boolean
}

/**
 * A matcher on a group: asks again after each thing that happens in the cluster, until the answer is the wanted one (with
 * `.not`: until it holds no more) or the deadline has come.
 *
 * @throws TypeError when the subject is not a group, or an option could never be right.
 */
export function groupMatcher<Options extends GroupOptions>(
  context: MatcherContext,
  subject: unknown,
  question: GroupQuestion<Options>,
): Promise<MatcherResult> {
  const { name, options, holds, expected } = question
  const group = groupOf(name, subject)
  checkOptions(`${name}()`, options, { timeout: duration, ...question.known })
  const { scope } = group
  const negated = context.isNot === true
  const deadline = context.poll ? LONG_AGO : deadlineOf(scope, options.timeout)
  return check(context, scope, { matcher: name, subject: `group ${group.id}` }, async () => {
    const activity = watch(scope, deadline)
    try {
      for (;;) {
        const told = activity.next()
        const found = await scope.cluster.group(group.id)
        const pass = holds(found)
        const actual = found === undefined ? 'no such group' : question.received(found)
        if (pass !== negated) return { pass, message: '', expected, actual }
        if (await told) continue
        return { pass, message: await explain(context, group, question, found, deadline), expected, actual }
      }
    } finally {
      activity.stop()
    }
  })
}

async function explain<Options extends GroupOptions>(
  context: MatcherContext,
  group: GroupHandle,
  { name, expected, unexpected, options, received, concerns }: GroupQuestion<Options>,
  found: GroupDescription | undefined,
  deadline: Moment,
): Promise<string> {
  const { scope } = group
  const timeout = options.timeout ?? scope.defaultTimeout
  const state = found && `${found.state}, ${plural(found.members.length, 'member')}`
  const facts: Fact[] = [
    ['Group', `${group.id} (${state ?? "doesn't exist"}, ${scope.cluster.kind})`],
    ['Expected', context.isNot ? unexpected : expected],
    ['Received', found === undefined ? 'no such group' : received(found)],
    ['Timeout', describeTimeout({ timeout, deadline, topic: { scope } })],
  ]
  if (found !== undefined && found.partitions.length > 0) facts.push(['Partitions', found.partitions.map(describe)])
  const timeline = await timelineOf(scope, { group: group.id })
  const hints = context.isNot ? [] : await hintsOf(group, found, concerns)
  const argument = name === 'toCatchUp' ? '' : 'expected'
  return formatReport({ title: title(context, name, 'group', argument), facts, timeline, hints }, context.utils)
}

/** "orders/0: committed 5, end 10"; where the log's start is not 0, the lag can't be told from these two. */
function describe({ topic, partition, committed, logStart, logEnd, lag }: GroupPartition): string {
  const at = `${topic}/${partition}: ${committed === undefined ? 'nothing committed' : `committed ${committed}`}`
  if (logStart === 0) return `${at}, end ${logEnd}`
  return `${at}, log from ${logStart} to ${logEnd}: lag ${lag}`
}

async function hintsOf(
  { id, scope }: GroupHandle,
  found: GroupDescription | undefined,
  concerns?: (partition: GroupPartition) => boolean,
): Promise<string[]> {
  if (found !== undefined) {
    const trouble = whatStopsGroup(found, concerns) ?? beganAtTheEnd(found)
    return trouble === undefined ? [] : [trouble]
  }
  const others = await scope.cluster.groupIds()
  const meant = nearest(id, others)
  if (meant !== undefined) return [`group ${id} never joined. Did you mean "${meant}"?`]
  const there = others.length === 0 ? 'and no other did' : `the groups are ${others.join(', ')}`
  return [`group ${id} never joined, ${there}. ${isItRunning}`]
}

/** A group that began at the end of a log commits with the first record that it takes; until then its lag is the whole log. */
function beganAtTheEnd({ groupId, partitions }: GroupDescription): string | undefined {
  const one = partitions.find(({ caughtUp, atEnd }) => !caughtUp && atEnd)
  if (one === undefined) return undefined
  return (
    `group ${groupId} waits at the end of ${one.topic}/${one.partition} (${one.logEnd}) and has committed nothing: ` +
    'it commits when it has taken a record'
  )
}

/** Records that a group has yet to commit, over all its partitions: from the committed offset on, else from the log's start. */
export function lagOf({ partitions }: GroupDescription): number {
  return partitions.reduce((sum, { lag }) => sum + lag, 0)
}
