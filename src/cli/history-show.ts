import type { CheckLine, EventLine, Line, RunLine, TaskLine, TestLine } from '../execution/model.ts'
import { findRun } from '../history/find.ts'
import { Store } from '../history/store.ts'
import { plural } from '../kafka/message.ts'
import { bytes } from '../reporter/summary.ts'
import { tellDamage } from './history-list.ts'
import { duration, time } from './text.ts'

interface ShowOptions {
  test?: string
  json?: boolean
}

/** `kafka-testkit history show`: what the tests of a run did, in the order in which it happened. */
export function showHistory(given: string, { test, json }: ShowOptions): void {
  const store = new Store(process.cwd())
  const id = findRun(store, given)
  const { lines, damaged } = store.read(id)
  const shown = select(lines, test)
  const [run] = lines
  if (run?.type !== 'run') throw new Error(`run ${id} can't be read: its first line is missing`)
  if (json) console.log(JSON.stringify(shown, null, 2))
  else console.log(format(run, shown, store.state(id)))
  tellDamage(damaged)
}

/** @throws Error when no test has the name. */
function select(lines: readonly Line[], name: string | undefined): Line[] {
  if (name === undefined) return [...lines]
  const tests = lines.filter((line): line is TestLine => line.type === 'test')
  const ids = new Set(tests.filter((test) => test.name.includes(name)).map(({ id }) => id))
  if (ids.size === 0) {
    throw new Error(
      `no test of this run has "${name}" in its name; the tests are:\n${tests.map((test) => `  ${test.name}`).join('\n')}`,
    )
  }
  return lines.filter((line) => {
    if (line.type === 'test') return ids.has(line.id)
    return line.type === 'run' || line.type === 'end' || ids.has(line.test)
  })
}

function format(run: RunLine, lines: readonly Line[], state: 'ended' | 'running' | 'lost'): string {
  const tests = lines.filter((line): line is TestLine => line.type === 'test')
  const parts = tests.map((test) => formatTest(test, lines)).filter((part) => part !== undefined)
  const without = tests.length - parts.length
  const head = `Run ${run.id} of ${time(run.startedAt)}, ${run.runner.name} ${run.runner.version}, ${run.cluster.kind}${run.branch === null ? '' : `, branch ${run.branch}`}`
  const rest = without === 0 ? [] : [`${without} ${without === 1 ? 'test' : 'tests'} without Kafka`]
  const sofar = {
    ended: [],
    running: ['It is still running: these test files have ended'],
    lost: ['It was lost, its process ended before it did: these test files had ended'],
  }
  return [head, ...sofar[state], ...parts, ...rest].join('\n\n')
}

type Timed = TaskLine | EventLine | CheckLine

function formatTest(test: TestLine, lines: readonly Line[]): string | undefined {
  const own = lines.filter(
    (line): line is Timed =>
      (line.type === 'task' || line.type === 'event' || line.type === 'check') && line.test === test.id,
  )
  if (own.length === 0 && test.status !== 'crashed') return undefined
  const { recordsProduced, recordsReceived, bytesProduced, bytesReceived } = test.metrics
  const moved = `${recordsProduced} produced (${bytes(bytesProduced)}), ${recordsReceived} received (${bytes(bytesReceived)})`
  const mark = { passed: '✓', failed: '✗', skipped: '-', 'timed out': '✗', crashed: '✗' }[test.status]
  const status = test.status === 'passed' ? (test.flaky ? 'flaky, ' : '') : `${test.status}, `
  const head = `${mark} ${test.file} > ${test.name} (${status}${duration(test.duration)}, ${moved})`
  const attempts = test.attempts.length > 0 ? test.attempts.map(({ attempt }) => attempt) : [0]
  return [head, ...attempts.flatMap((attempt) => formatAttempt(test, attempt, own))].join('\n')
}

function formatAttempt(test: TestLine, attempt: number, own: readonly Timed[]): string[] {
  const lines = own.filter((line) => line.attempt === attempt).sort((a, b) => a.at - b.at)
  const { status } = test.attempts[attempt] ?? { status: test.status }
  const title = test.attempts.length > 1 ? [`  attempt ${attempt + 1} of ${test.attempts.length}: ${status}`] : []
  return [...title, ...lines.flatMap(formatLine)]
}

function formatLine(line: Timed): string[] {
  const row = (kind: string, text: string): string =>
    `${`${Math.round(line.at)} ms`.padStart(11)}  ${kind.padEnd(13)}  ${text}`.trimEnd()
  if (line.type === 'task') {
    const error = line.error === null ? '' : `: ${line.error.message.split('\n')[0]}`
    return [
      row(
        'task',
        `${line.kind} on ${line.topic}, ${plural(line.records, 'record')} in ${duration(line.duration)}${error}`,
      ),
    ]
  }
  if (line.type === 'check') {
    const what = `${line.subject} ${line.negated ? 'not ' : ''}${line.matcher}`
    const verdict = `${line.verdict === 'passed' ? '✓' : '✗'} ${what} in ${duration(line.duration)}`
    const message =
      line.message === null ? [] : line.message.split('\n').map((text) => `${' '.repeat(13)}│ ${text}`.trimEnd())
    return [row('check', verdict), ...message]
  }
  return [row(line.kind, describeEvent(line))]
}

function describeEvent({ topic, partition, firstOffset, lastOffset, group, by, detail }: EventLine): string {
  const offsets =
    firstOffset === null ? '' : `@${firstOffset === lastOffset ? firstOffset : `${firstOffset}-${lastOffset}`}`
  const place = topic === null ? '' : `${topic}${partition === null ? '' : `/${partition}`}${offsets}`
  return [group, place, detail, by === null ? null : `by ${by}`]
    .filter((part) => part !== null && part !== '')
    .join('  ')
}
