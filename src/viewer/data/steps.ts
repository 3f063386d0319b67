import type { CheckLine, EventLine, RecordLine, TaskLine } from '../../run/model.ts'
import { type Own, placeOf } from './run-data.ts'

/** One thing of a test's timeline. */
export type Step = TaskLine | CheckLine | EventLine

/** What an attempt did, in the order in which it began. */
export function stepsOf({ tasks, checks, events }: Own): Step[] {
  return [...tasks, ...checks, ...events].sort((a, b) => a.at - b.at)
}

export function endOf(step: Step): number {
  return step.type === 'event' ? step.at : step.at + step.duration
}

export function isBad(step: Step): boolean {
  if (step.type === 'event') return step.kind === 'refused'
  return step.type === 'task' ? step.status === 'failed' : step.verdict === 'failed'
}

/** The records that a step is about: those of a task, those at the offsets of an event, the closest of a check. */
export function recordsOf(step: Step, { records }: Own): RecordLine[] {
  const found = records.filter((record) => isOf(record, step))
  return [...new Map(found.map((record) => [placeOf(record), record])).values()]
}

function isOf(record: RecordLine, step: Step): boolean {
  if (step.type === 'task') return record.task === step.id
  if (step.type === 'check') return placeOf(record) === step.closest
  const { topic, partition, firstOffset, lastOffset } = step
  if (record.topic !== topic || record.partition !== partition || firstOffset === null) return false
  return record.offset >= firstOffset && record.offset <= (lastOffset ?? firstOffset)
}

/** `orders/0@3`, `orders/0@3-7`, `orders`; '' where it is about no topic. */
function whereOf({ topic, partition, firstOffset, lastOffset }: EventLine): string {
  if (topic === null) return ''
  if (partition === null) return topic
  if (firstOffset === null) return `${topic}/${partition}`
  return `${topic}/${partition}@${firstOffset}${lastOffset === firstOffset || lastOffset === null ? '' : `–${lastOffset}`}`
}

/** What a step was, in a few words. */
export function kindOf(step: Step): string {
  if (step.type === 'event') return step.kind
  return step.type === 'task' ? step.kind : 'check'
}

/** And on what. */
export function aboutOf(step: Step): string {
  if (step.type === 'task') return step.topic === '*' ? 'all topics' : step.topic
  if (step.type === 'check') return `${step.subject} ${step.negated ? 'not ' : ''}${step.matcher}`
  return [step.group, whereOf(step)].filter(Boolean).join(' ')
}
