import { relative } from 'node:path'
import { pathToFileURL } from 'node:url'
import pc from 'picocolors'
import { bytes } from '../base/size.ts'
import type { CheckLine, Line, RecordLine, TaskLine } from '../run/model.ts'
import { recordText } from '../run/record-text.ts'
import type { EndedRun } from './run.ts'

/** How many of a list are shown. */
const SHOWN = 3

/** What the terminal shows of a run behind the runner's own output; empty when no test touched Kafka and none outside failed. */
export function summarize(
  { end, lines, tests, folder, report, uploaded, run, color }: EndedRun,
  colors: boolean = pc.isColorSupported,
): string {
  const { withKafka, errors = 0 } = end.totals
  if (withKafka === 0 && errors === 0) return ''
  const painted = pc.createColors(colors)
  const { bold, dim, red } = painted
  const environment =
    run.environment === null ? '' : `, ${color === null ? run.environment : painted[color](run.environment)}`
  const { recordsProduced, recordsReceived, bytesProduced, bytesReceived } = end.metrics
  const rows: [string, string][] = [
    ['Tests', `${withKafka} of ${end.totals.tests} touched Kafka (${run.cluster.kind}${environment})`],
    [
      'Records',
      `${recordsProduced} produced (${bytes(bytesProduced)}), ${recordsReceived} received (${bytes(bytesReceived)})`,
    ],
    ...slowestTasks(lines).map((text, index): [string, string] => [index === 0 ? 'Slowest' : '', text]),
    ...unknowns(lines).map((text, index): [string, string] => [index === 0 ? 'Not known' : '', text]),
    ...failures(lines, tests).map((text, index): [string, string] => [index === 0 ? 'Failed' : '', red(text)]),
  ]
  if (folder !== null) {
    const where = relative(process.cwd(), folder) || folder
    rows.push(['Stored', `${where.replaceAll('\\', '/')} ${dim('(npx kafka-testkit history show latest)')}`])
  }
  if (report !== null) rows.push(['Report', pathToFileURL(report).href])
  if (uploaded !== null) rows.push(['Uploaded', `${bytes(uploaded.bytes)} to ${uploaded.url}`])
  const width = Math.max(...rows.map(([label]) => label.length))
  return ['', bold(' Kafka'), ...rows.map(([label, text]) => `${dim(label.padStart(width + 3))}  ${text}`), ''].join(
    '\n',
  )
}

function slowestTasks(lines: readonly Line[]): string[] {
  return lines
    .filter((line): line is TaskLine => line.type === 'task')
    .sort((a, b) => b.duration - a.duration)
    .slice(0, SHOWN)
    .map(({ kind, topic, duration }) => `${Math.round(duration)} ms  ${kind} on ${topic}`)
}

/** What checks that held could not know, or did not wait for. */
function unknowns(lines: readonly Line[]): string[] {
  const notes = lines.flatMap((line) => (line.type === 'check' ? (line.notes ?? []) : []))
  const counts = Map.groupBy(notes, (note) => note)
  const texts = [...counts].map(([note, same]) => `${same.length === 1 ? 'a check' : `${same.length} checks`}: ${note}`)
  return texts.length > SHOWN ? [...texts.slice(0, SHOWN), `… ${texts.length - SHOWN} more`] : texts
}

/** Of each test that failed the last check that did, or where none did what its runner says. */
function failures(lines: readonly Line[], tests: EndedRun['tests']): string[] {
  const last = new Map<string, CheckLine>()
  const records = new Map<string, RecordLine>()
  for (const line of lines) {
    if (line.type === 'check' && line.verdict === 'failed') last.set(line.test, line)
    if (line.type === 'record') records.set(`${line.test} ${line.topic}/${line.partition}@${line.offset}`, line)
  }
  const inTests = tests
    .filter(({ status }) => status === 'failed' || status === 'timed out')
    .flatMap(({ id, name, attempts }) => {
      const check = last.get(id)
      const [error] = attempts.at(-1)?.errors ?? []
      if (check !== undefined) return [`${name}: ${checkText(check, records.get(`${id} ${check.closest}`))}`]
      return error === undefined ? [] : [`${name}: ${error.name}: ${error.message.split('\n')[0]}`]
    })
  const outside = lines
    .filter((line) => line.type === 'error')
    .map(({ file, suite, message }) => [file, suite, message.split('\n')[0]].filter((part) => part !== null).join(': '))
  const all = [...outside, ...inTests]
  return all.length > 5 ? [...all.slice(0, 5), `… ${all.length - 5} more`] : all
}

function checkText({ matcher, negated, subject, closest }: CheckLine, record: RecordLine | undefined): string {
  const near = closest === null ? '' : `, closest record ${closest}`
  return `${subject} ${negated ? 'not ' : ''}${matcher}${near}${record === undefined ? '' : `  ${recordText(record)}`}`
}
