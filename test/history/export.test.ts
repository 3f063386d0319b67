import { describe, expect, test } from 'vitest'
import { toCtrf } from '../../src/history/export/ctrf.ts'
import { toJunit } from '../../src/history/export/junit.ts'
import type { Attempt, CheckLine, Line, TestLine } from '../../src/run/model.ts'
import { endLine, runLine, testLines } from '../endpoint/support/run.ts'

const startedAt = Date.UTC(2026, 10, 28, 12)

function runOf(...tests: readonly (Partial<TestLine> & { name: string })[]): Line[] {
  const lines = tests.map((changes): Line => {
    const { name, status = 'passed' } = changes
    const [line] = testLines(name, { status, startedAt: startedAt + 500 })
    return { ...(line as TestLine), ...changes }
  })
  return [runLine({ startedAt }), ...lines, endLine(lines)]
}

function attempts(...statuses: Attempt['status'][]): Attempt[] {
  return statuses.map((status, attempt) => ({
    attempt,
    status,
    startedAt,
    duration: 1,
    errors: status === 'passed' ? [] : [{ name: 'Error', message: `no ${attempt}` }],
  }))
}

interface CtrfTest {
  name: string
  status: string
  retries: number
  flaky: boolean
  start?: number
  suite: string[]
  message?: string
}
const ctrf = (lines: readonly Line[]): { summary: Record<string, number>; tests: CtrfTest[] } =>
  (JSON.parse(toCtrf(lines)) as { results: { summary: Record<string, number>; tests: CtrfTest[] } }).results
const head = (xml: string): string | undefined => /<testsuites[^>]*>/.exec(xml)?.[0]

describe('a test that did not run', () => {
  // As Vitest's reporter of earlier versions stored it.
  const skipped = { name: 'later', status: 'skipped' as const, startedAt: 0, duration: 0, attempts: [] }
  const lines = runOf({ name: 'runs' }, skipped)

  test('does not date its file in JUnit', () => {
    expect(toJunit(lines)).toContain('timestamp="2026-11-28T12:00:00.500Z"')
  })

  test('has no time in CTRF', () => {
    expect(ctrf(lines).tests).toMatchObject([{ start: startedAt + 500 }, { name: 'later' }])
    expect(ctrf(lines).tests[1]).not.toHaveProperty('start')
    expect(ctrf(lines).tests[1]).not.toHaveProperty('stop')
  })

  test('leaves its file the time of the run where none did', () => {
    expect(toJunit(runOf(skipped))).toContain('timestamp="2026-11-28T12:00:00.000Z"')
  })
})

describe('retries', () => {
  test('are attempts behind one that failed', () => {
    const { tests } = ctrf(
      runOf(
        { name: 'repeated', attempts: attempts('passed', 'passed', 'passed') },
        { name: 'retried', flaky: true, attempts: attempts('failed', 'timed out', 'passed') },
        { name: 'in vain', status: 'failed', attempts: attempts('failed', 'failed') },
      ),
    )
    expect(tests).toMatchObject([
      { name: 'repeated', retries: 0, flaky: false },
      { name: 'retried', retries: 2, flaky: true },
      { name: 'in vain', retries: 1, flaky: false, message: 'no 1' },
    ])
  })

  test('are one failure in JUnit, however many there were', () => {
    const xml = toJunit(runOf({ name: 'in vain', status: 'failed', attempts: attempts('failed', 'failed', 'failed') }))
    expect(xml.match(/<(failure|rerunFailure)/g)).toEqual(['<rerunFailure', '<rerunFailure', '<failure'])
    expect(head(xml)).toContain('tests="1" failures="1" errors="0"')
  })

  test('that made it good are no failure', () => {
    const xml = toJunit(runOf({ name: 'flaky', flaky: true, attempts: attempts('failed', 'passed') }))
    expect(xml.match(/<(failure|flakyFailure)/g)).toEqual(['<flakyFailure'])
  })
})

test('several errors of one attempt are one failure with all of them', () => {
  const errors = ['first\nmore', 'second'].map((message) => ({ name: 'AssertionError', message }))
  const [attempt] = attempts('failed')
  const lines = runOf({ name: 'soft', status: 'failed', attempts: [{ ...attempt!, errors }] })
  expect(toJunit(lines)).toContain('<failure message="first" type="AssertionError">first\nmore\n\nsecond</failure>')
  expect(ctrf(lines).tests).toMatchObject([{ message: 'first\nmore\n\nsecond' }])
})

test('what a check could not know stands with its test, once', () => {
  const [run, passed, end] = runOf({ name: 'nothing comes' }) as [Line, TestLine, Line]
  const note = 'client billing may commit what it received of orders/0 before it has handled it'
  const check = testLines('nothing comes').find((line): line is CheckLine => line.type === 'check')!
  const checks = [1, 2].map((at): CheckLine => ({ ...check, test: passed.id, at, negated: true, notes: [note] }))
  const lines = [run, passed, ...checks, end]
  expect(toJunit(lines)).toContain(`<system-out>Not known: ${note}</system-out>`)
  expect(ctrf(lines).tests).toMatchObject([{ status: 'passed', extra: { notKnown: [note] } }])
})

test('an error of a test that was expected to fail is none', () => {
  expect(toJunit(runOf({ name: 'fails as it is to', attempts: attempts('failed') }))).not.toMatch(/<failure|<error/)
})

describe('names', () => {
  const key = (project: string, path: string): string => `${project} test/orders.test.ts ${path}`
  const lines = runOf(
    { name: 'a > b > c', key: key('orders', 'a \\> b > c') },
    { name: 'a > b > c', key: key('orders', 'a > b > c') },
    { name: 'a > b > c', project: 'q', key: key('q', 'a > b > c') },
    { name: 'twice', key: key('orders', 'twice') },
    { name: 'twice', key: key('orders', 'twice #2') },
  )

  test('are another in JUnit for each test, with the project', () => {
    const named = [...toJunit(lines).matchAll(/<testcase classname="([^"]*)" name="([^"]*)"/g)].map(([, ...of]) => of)
    expect(named).toEqual([
      ['test/orders.test.ts', 'a \\&gt; b &gt; c'],
      ['test/orders.test.ts', 'a &gt; b &gt; c'],
      ['test/orders.test.ts', 'twice'],
      ['test/orders.test.ts', 'twice #2'],
      ['|q| test/orders.test.ts', 'a &gt; b &gt; c'],
    ])
  })

  test('are the path in CTRF', () => {
    expect(ctrf(lines).tests.map(({ suite, name }) => [...suite, name])).toEqual([
      ['test/orders.test.ts', 'a > b', 'c'],
      ['test/orders.test.ts', 'a', 'b', 'c'],
      ['q', 'test/orders.test.ts', 'a', 'b', 'c'],
      ['test/orders.test.ts', 'twice'],
      ['test/orders.test.ts', 'twice #2'],
    ])
  })
})

test('what failed outside of tests is a case of its own', () => {
  const error = { type: 'error' as const, project: '', name: 'Error', message: 'no service' }
  const places = [
    { file: 'a.test.ts', suite: null },
    { file: 'a.test.ts', suite: 'outer > inner' },
    { file: 'a.test.ts', suite: 'outer > inner' },
    { file: null, suite: null },
  ]
  const [run, passed, end] = runOf({ name: 'passes' }) as [Line, Line, Line]
  const lines = [run, passed, ...places.map((place) => ({ ...error, ...place })), end]
  const xml = toJunit(lines)
  expect(head(xml)).toContain('tests="5" failures="0" errors="4" skipped="0"')
  expect(xml.match(/classname=.* time="0.000"/g)).toEqual([
    'classname="a.test.ts" name="(outside of its tests)" time="0.000"',
    'classname="a.test.ts" name="outer &gt; inner &gt; (outside of its tests)" time="0.000"',
    'classname="a.test.ts" name="outer &gt; inner &gt; (outside of its tests) #2" time="0.000"',
    'classname="orders" name="(outside of its tests)" time="0.000"',
  ])
  expect(ctrf(lines).summary).toMatchObject({ tests: 5, passed: 1, failed: 4 })
  expect(ctrf(lines).tests.at(-1)).toMatchObject({
    name: '(outside of its tests)',
    status: 'failed',
    message: 'no service',
  })
})

test('a repetition behind one that failed is no retry', () => {
  const [first, second, third] = attempts('passed', 'failed', 'passed') as [Attempt, Attempt, Attempt]
  const repeated = [first, { ...second, repeat: 1 }, { ...third, repeat: 2 }].map((one) => ({ repeat: 0, ...one }))
  expect(ctrf(runOf({ name: 'repeats', status: 'failed', attempts: repeated })).tests).toMatchObject([
    { retries: 0, message: 'no 1' },
  ])
})

test('a run that failed is red, though none of its tests failed', () => {
  const lines = runOf({ name: 'passes' })
  const failed = [
    ...lines.slice(0, -1),
    { ...(lines.at(-1) as Extract<Line, { type: 'end' }>), status: 'failed' as const },
  ]
  expect(head(toJunit(failed))).toContain('tests="2" failures="0" errors="1"')
  expect(ctrf(failed)).toMatchObject({ summary: { tests: 2, passed: 1, failed: 1 }, tests: [{}, { status: 'failed' }] })
})
