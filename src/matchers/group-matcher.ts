import type { GroupDescription } from '../cluster/cluster.ts'
import { checkOptions, duration, type OptionKind } from '../config/options.ts'
import type { Group } from '../kafka/group.ts'
import { formatReport, milliseconds, plural } from '../kafka/message.ts'
import { timelineOf } from '../kafka/timeline.ts'
import { deadlineOf, watch } from '../kafka/waiting.ts'
import { check, type MatcherContext, type MatcherResult } from './check.ts'
import type { GroupOptions } from './options.ts'
import { groupOf, title } from './subjects.ts'

export interface GroupQuestion<Options extends GroupOptions> {
  name: string
  /** Of the title: what the matcher was called with. */
  argument?: string
  /** In words, for the message. */
  expected: string
  options: Options
  known?: Readonly<Record<string, OptionKind>>
  /** Whether it holds for the group as it is; a group that isn't there is undefined. */
  holds: (group: GroupDescription | undefined) => boolean
  /** What the group has, for the message. */
  received: (group: GroupDescription) => string
}

/**
 * A matcher on a group: asks again after each thing that happens in the cluster, until the answer is the wanted one (with
 * `.not`: until it holds no more) or the deadline has come.
 */
export function groupMatcher<Options extends GroupOptions>(
  context: MatcherContext,
  subject: unknown,
  question: GroupQuestion<Options>,
): PromiseLike<MatcherResult> {
  const { name, options, holds } = question
  const group = groupOf(name, subject)
  checkOptions(`${name}()`, options, { timeout: duration, ...question.known })
  const { scope } = group
  const negated = context.isNot === true
  return check(context, { matcher: name, subject: `group ${group.id}`, scope }, async () => {
    const activity = watch(scope, context.poll ? 0 : deadlineOf(scope, options.timeout))
    try {
      for (;;) {
        const told = activity.next()
        const description = await scope.cluster.group(group.id)
        const pass = holds(description)
        if (pass !== negated) return { pass, message: '', expected: question.expected }
        if (await told) continue
        const message = await explain(context, group, question, description)
        const actual = description === undefined ? 'no such group' : question.received(description)
        return { pass, message, expected: question.expected, actual }
      }
    } finally {
      activity.stop()
    }
  })
}

async function explain<Options extends GroupOptions>(
  context: MatcherContext,
  group: Group,
  { name, argument, expected, options, received }: GroupQuestion<Options>,
  description: GroupDescription | undefined,
): Promise<string> {
  const { scope } = group
  const facts: [string, string][] = [
    [
      'Group',
      description === undefined
        ? `${group.id} (doesn't exist)`
        : `${group.id} (${description.state}, ${plural(description.members.length, 'member')})`,
    ],
    ['Expected', `${context.isNot ? 'not ' : ''}${expected}`],
    ['Received', description === undefined ? 'no such group' : received(description)],
    ['Timeout', milliseconds(options.timeout ?? scope.defaultTimeout)],
    ...(description?.partitions ?? []).map((partition, index): [string, string] => [
      index === 0 ? 'Partitions' : '',
      `${partition.topic}/${partition.partition} committed ${partition.committed ?? 'nothing'}, end ${partition.logEnd}`,
    ]),
  ]
  const timeline = await timelineOf(scope, '')
  const hint = await groupHint(group, description)
  return formatReport({ title: title(context, name, 'group', argument ?? ''), facts, timeline, hint }, context.utils)
}

async function groupHint({ id, scope }: Group, description: GroupDescription | undefined): Promise<string | undefined> {
  if (description === undefined) {
    const others = (await scope.cluster.groups()).map(({ groupId }) => groupId)
    const there = others.length === 0 ? 'no group has joined at all' : `the groups are ${others.join(', ')}`
    return `group ${id} never joined: ${there}. Is the application running, and does it use kafka.brokers (process.env.KAFKA_BROKERS)?`
  }
  const { state, members, partitions } = description
  if (state === 'PreparingRebalance' || state === 'CompletingRebalance') {
    return `group ${id} is rebalancing (${state}): it takes no records until that ends`
  }
  const stuck = partitions.find(({ caughtUp }) => !caughtUp)
  if (stuck === undefined) return undefined
  const at = stuck.committed === undefined ? 'has committed nothing' : `is stuck at offset ${stuck.committed}`
  const why =
    members.length === 0 ? 'it has no members' : 'its consumer is busy with that record, or fails on it again and again'
  return `group ${id} ${at} of ${stuck.topic}/${stuck.partition} (end ${stuck.logEnd}): ${why}`
}

/** Records that a group has yet to take, over all its partitions. */
export function lagOf({ partitions }: GroupDescription): number {
  return partitions.reduce(
    (lag, { caughtUp, committed, logStart, logEnd }) =>
      lag + (caughtUp ? 0 : logEnd - Math.max(committed ?? 0, logStart)),
    0,
  )
}
