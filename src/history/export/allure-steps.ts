import { bytes } from '../../base/size.ts'
import type { CheckLine, EventLine, RecordLine, TaskLine } from '../../run/model.ts'
import { placeOf } from '../../run/record-text.ts'
import { eachOnce, recordSheet } from './record-sheet.ts'

/** What is stored of an attempt. */
export type Own = TaskLine | EventLine | RecordLine | CheckLine

export interface Attachment {
  name: string
  type: string
  source: string
}

export interface Step {
  name: string
  status: string
  statusDetails: { message?: string }
  stage: string
  start: number
  stop: number
  parameters: { name: string; value: string }[]
  steps: Step[]
  attachments: Attachment[]
}

type Attach = (name: string, text: string) => Attachment

/** The tasks and checks of an attempt that began then, in their order. */
export function stepsOf(own: readonly Own[], begun: number, attach: Attach): Step[] {
  return own
    .filter((line) => line.type === 'task' || line.type === 'check')
    .sort((a, b) => a.at - b.at)
    .map((line) => {
      const step = line.type === 'task' ? taskStep(line, own, attach) : checkStep(line)
      const [start, stop] = [line.at, line.at + line.duration].map((at) => Math.round(begun + at)) as [number, number]
      return { ...step, stage: 'finished', start, stop, steps: [] }
    })
}

type Content = Omit<Step, 'stage' | 'start' | 'stop' | 'steps'>

function taskStep(
  { id, kind, topic, group, status, error, records, bytes: size }: TaskLine,
  own: readonly Own[],
  attach: Attach,
): Content {
  const moved = eachOnce(own.filter((line): line is RecordLine => line.type === 'record' && line.task === id))
  return {
    name: `${kind} on ${topic === '*' ? 'all topics' : topic}`,
    status: status === 'passed' ? 'passed' : 'broken',
    statusDetails: error === null ? {} : { message: `${error.name}: ${error.message}` },
    parameters: parametersOf({ group, records: String(records), size: bytes(size) }),
    attachments: moved.length === 0 ? [] : [attach(`Records of ${kind} on ${topic}`, recordSheet(moved))],
  }
}

function checkStep({
  subject,
  negated,
  matcher,
  verdict,
  message,
  closest,
  expected,
  actual,
  notes = [],
}: CheckLine): Content {
  const said = [...(message === null ? [] : [message]), ...notes.map((note) => `Not known: ${note}`)]
  return {
    name: `expect(${subject}).${negated ? 'not.' : ''}${matcher}`,
    status: verdict,
    statusDetails: said.length === 0 ? {} : { message: said.join('\n\n') },
    parameters: parametersOf({ expected, actual, closest }),
    attachments: [],
  }
}

function parametersOf(values: Readonly<Record<string, string | null>>): { name: string; value: string }[] {
  return Object.entries(values).flatMap(([name, value]) => (value === null ? [] : { name, value }))
}

/** What no task has: the records that the application wrote or a check read, and what the cluster told. */
export function attachmentsOf(own: readonly Own[], attach: Attach): Attachment[] {
  const records = own.filter((line) => line.type === 'record')
  const places = new Set(records.filter(({ task }) => task !== null).map(placeOf))
  const others = eachOnce(records.filter((record) => record.task === null && !places.has(placeOf(record))))
  const events = own.filter((line) => line.type === 'event')
  return [
    ...(others.length === 0 ? [] : [attach('Records that no task moved', recordSheet(others))]),
    ...(events.length === 0 ? [] : [attach('Timeline', events.map(eventRow).join(''))]),
  ]
}

function eventRow({ at, kind, topic, partition, firstOffset, lastOffset, group, by, detail }: EventLine): string {
  const offsets =
    firstOffset === null ? '' : `@${firstOffset === lastOffset ? firstOffset : `${firstOffset}-${lastOffset}`}`
  const place = topic === null ? null : `${topic}${partition === null ? '' : `/${partition}`}${offsets}`
  const parts = [group, place, detail, by === null ? null : `by ${by}`].filter((part) => part !== null)
  return `${`${Math.round(at)} ms`.padStart(9)}  ${kind.padEnd(13)}  ${parts.join('  ')}\n`
}
