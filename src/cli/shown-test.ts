import { stripVTControlCharacters } from 'node:util'
import { bytes } from '../base/size.ts'
import { plural } from '../kafka/failure-message.ts'
import type { Attempt, CheckLine, ErrorLine, EventLine, RecordLine, RunLine, TaskLine, TestLine } from '../run/model.ts'
import { placeOf, recordText } from '../run/record-text.ts'
import { rerunCommand } from '../run/rerun.ts'
import { inProject, outsideOf, pathOf } from '../run/test-key.ts'
import { duration } from './text.ts'

/** How many records of one event, task or check are shown. */
const RECORDS_SHOWN = 20

type Timed = TaskLine | EventLine | CheckLine
/** What is stored with a test. */
export type Own = Timed | RecordLine

/** What a test did, why it failed and how it runs again; undefined where it did nothing to Kafka and went well. */
export function formatTest(run: RunLine, test: TestLine, own: readonly Own[]): string | undefined {
  const hasFailed = test.flaky || (test.status !== 'passed' && test.status !== 'skipped')
  if (own.length === 0 && !hasFailed) return undefined
  const attempts = test.attempts.length > 0 ? test.attempts.map(({ attempt }) => attempt) : [0]
  const again = hasFailed ? [row(null, 'again', rerunCommand(run, test))] : []
  const tried = attempts.flatMap((attempt) => formatAttempt(test, attempt, own))
  return [headOf(test, own.length > 0), ...tried, ...again].join('\n')
}

/** What failed outside of tests. */
export function formatOutside(error: ErrorLine): string {
  const { project, file, path } = outsideOf(error)
  return [`✗ ${inProject(project, file ?? 'the run')} > ${path}`, ...formatMessage(error)].join('\n')
}

function headOf(test: TestLine, withKafka: boolean): string {
  const { recordsProduced, recordsReceived, bytesProduced, bytesReceived } = test.metrics
  const moved = withKafka
    ? `${recordsProduced} produced (${bytes(bytesProduced)}), ${recordsReceived} received (${bytes(bytesReceived)})`
    : 'without Kafka'
  const mark = { passed: '✓', failed: '✗', skipped: '-', 'timed out': '✗', crashed: '✗' }[test.status]
  const status = test.status === 'passed' ? (test.flaky ? 'flaky, ' : '') : `${test.status}, `
  return `${mark} ${inProject(test.project, test.file)} > ${pathOf(test)} (${status}${duration(test.duration)}, ${moved})`
}

function formatAttempt(test: TestLine, number: number, own: readonly Own[]): string[] {
  const lines = own.filter(({ attempt }) => attempt === number)
  const attempt = test.attempts.find((one) => one.attempt === number)
  const status = attempt?.status ?? test.status
  const title = test.attempts.length > 1 ? [`  attempt ${number + 1} of ${test.attempts.length}: ${status}`] : []
  const timed = lines.filter((line) => line.type !== 'record').sort((a, b) => a.at - b.at)
  const records = recordsOf(lines)
  const rows = timed.flatMap((line) => formatLine(line, records.get(line) ?? []))
  return [...title, ...rows, ...formatErrors(attempt?.errors ?? [], timed)]
}

/** Each record where it came to be: at the event of its produce, or where none was told at what moved it. */
function recordsOf(lines: readonly Own[]): Map<Timed, RecordLine[]> {
  const produced = lines.filter((line): line is EventLine => line.type === 'event' && line.kind === 'produced')
  const records = new Map<Timed, RecordLine[]>()
  const seen = new Set<string>()
  lines.forEach((record, index) => {
    if (record.type !== 'record') return
    const place = placeOf(record)
    if (seen.has(place)) return
    seen.add(place)
    const origin = produced.find((event) => isOf(record, event)) ?? moverOf(record, lines.slice(index))
    if (origin !== undefined) records.set(origin, [...(records.get(origin) ?? []), record])
  })
  return records
}

function isOf({ topic, partition, offset }: RecordLine, event: EventLine): boolean {
  const { firstOffset, lastOffset } = event
  if (topic !== event.topic || partition !== event.partition || firstOffset === null || lastOffset === null)
    return false
  return offset >= firstOffset && offset <= lastOffset
}

/** Records stand before the line of the task or check that moved them. */
function moverOf({ task }: RecordLine, following: readonly Own[]): Timed | undefined {
  return following.find((line): line is TaskLine | CheckLine =>
    task === null ? line.type === 'check' : line.type === 'task' && line.id === task,
  )
}

function formatLine(line: Timed, records: readonly RecordLine[]): string[] {
  if (line.type === 'event') return formatEvent(line, records)
  if (line.type === 'task') {
    const error = line.error === null ? '' : `: ${line.error.message.split('\n')[0]}`
    const what = `${line.kind} on ${line.topic}, ${plural(line.records, 'record')} in ${duration(line.duration)}${error}`
    return [row(line.at, 'task', what), ...formatRecords(records)]
  }
  const what = `${line.subject} ${line.negated ? 'not ' : ''}${line.matcher}`
  const verdict = `${line.verdict === 'passed' ? '✓' : '✗'} ${what} in ${duration(line.duration)}`
  const waited = line.waited === undefined ? '' : ` (waited for ${line.waited} ms)`
  const message = [...(line.message?.split('\n') ?? []), ...(line.notes ?? [])].map(indented)
  return [row(line.at, 'check', `${verdict}${waited}`), ...formatRecords(records), ...message]
}

function formatEvent(event: EventLine, records: readonly RecordLine[]): string[] {
  const { topic, partition, firstOffset, lastOffset, group, by, detail } = event
  const isOne = firstOffset === lastOffset && records.length === 1
  const offsets =
    firstOffset === null ? '' : `@${firstOffset === lastOffset ? firstOffset : `${firstOffset}-${lastOffset}`}`
  const place = topic === null ? '' : `${topic}${partition === null ? '' : `/${partition}`}${offsets}`
  const parts = [group, place, isOne ? recordText(records[0]!) : null, detail, by === null ? null : `by ${by}`]
  const text = parts.filter((part) => part !== null && part !== '').join('  ')
  return [row(event.at, event.kind, text), ...(isOne ? [] : formatRecords(records, lastOffset! - firstOffset! + 1))]
}

/** `count`: how many there were; not all are stored. */
function formatRecords(records: readonly RecordLine[], count = records.length): string[] {
  if (records.length === 0) return []
  const rows = records.slice(0, RECORDS_SHOWN).map((record) => indented(`${placeOf(record)}  ${recordText(record)}`))
  const more = count - rows.length
  return more > 0 ? [...rows, indented(`… ${plural(more, 'record')} more`)] : rows
}

/** What the runner says; not again what a check or a task that failed has said. */
function formatErrors(errors: Attempt['errors'], lines: readonly Timed[]): string[] {
  const said = new Set(
    lines.map((line) => (line.type === 'check' ? line.message : line.type === 'task' ? line.error?.message : null)),
  )
  return errors
    .map(({ name, message }) => ({ name, message: stripVTControlCharacters(message) }))
    .filter(({ message }) => !said.has(message))
    .flatMap(formatMessage)
}

function formatMessage({ name, message }: Attempt['errors'][number]): string[] {
  const [first = '', ...rest] = message.split('\n')
  return [row(null, 'error', `${name}: ${first}`), ...rest.map(indented)]
}

function row(at: number | null, kind: string, text: string): string {
  const time = at === null ? '' : `${Math.round(at)} ms`
  return `${time.padStart(11)}  ${kind.padEnd(13)}  ${text}`.trimEnd()
}

function indented(text: string): string {
  return `${' '.repeat(13)}│ ${text}`.trimEnd()
}
