import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath, pathToFileURL } from 'node:url'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { venvPython } from '../../scripts/python-clients.ts'
import { allureCommand, ctrfModule, xunitViewerParser } from '../../scripts/report-readers.ts'
import { toAllure } from '../../src/history/export/allure.ts'
import { toCsv } from '../../src/history/export/csv.ts'
import { toCtrf } from '../../src/history/export/ctrf.ts'
import { toJunit } from '../../src/history/export/junit.ts'
import { plainLine } from '../../src/reporter/plain.ts'
import type { EndLine, ErrorLine, Line, TestLine } from '../../src/run/model.ts'
import { endLine, runLine, testLines } from '../endpoint/support/run.ts'
import { parseLines } from '../support/endpoint.ts'
import { run } from './support/command.ts'
import { describeClient } from './support/tool.ts'

// Reports are held by what others wrote to read them: the counts that they come to are those of the run.

interface Counts {
  tests: number
  failures: number
  errors: number
  skipped: number
}

/** A run with a test of each kind, and errors outside of tests. */
function everything(): Line[] {
  const attempt = { attempt: 0, startedAt: Date.now(), duration: 1 }
  const error = (message: string): { name: string; message: string } => ({ name: 'Error', message })
  const test = (name: string, changes: Partial<TestLine> = {}): Line => {
    const [line] = testLines(name, changes) as [TestLine]
    return { ...line, ...changes }
  }
  const retried = [
    { ...attempt, status: 'failed' as const, errors: [error('no 0'), error('nor this')] },
    { ...attempt, attempt: 1, status: 'failed' as const, errors: [error('no 1')] },
  ]
  const outside: Omit<ErrorLine, 'file' | 'suite'> = {
    type: 'error',
    project: '',
    ...error('the service did not start'),
  }
  const unsure = testLines('holds as far as can be known').map(
    (line): Line => (line.type === 'check' ? { ...line, notes: ['client "a" <b> may commit early'] } : line),
  )
  const lines: Line[] = [
    test('passes'),
    ...unsure,
    test('orders > "5 < 6" & more\u0000\u001b[31m\ud800 ]]>'),
    test('fails', { status: 'failed' }),
    test('is retried in vain', { status: 'failed', attempts: retried }),
    test('is flaky', { flaky: true, attempts: [...retried, { ...attempt, attempt: 2, status: 'passed', errors: [] }] }),
    test('runs into its timeout', { status: 'timed out', attempts: [{ ...attempt, status: 'timed out', errors: [] }] }),
    test('takes its worker down', { status: 'crashed', attempts: [{ ...attempt, status: 'crashed', errors: [] }] }),
    test('is skipped', { status: 'skipped', startedAt: 0, duration: 0, attempts: [] }),
    ...['passed', 'failed', 'skipped'].map((status) => test('of one name', { status: status as TestLine['status'] })),
    ...['p', 'q'].map((project) => test('in two projects', { project, status: 'failed' })),
    { ...outside, file: 'test/orders.test.ts', suite: null },
    { ...outside, file: 'test/orders.test.ts', suite: 'setup' },
    { ...outside, file: 'test/import.test.ts', suite: null },
    { ...outside, file: null, suite: null },
  ]
  return [runLine({ schema: 2 }), ...lines, endLine(lines)]
}

/** A run of the version before, as it lies in a store. */
function ofVersionBefore(): Line[] {
  const runs = fileURLToPath(new URL('../history/version-1/runs', import.meta.url))
  return parseLines(readFileSync(`${runs}/${readdirSync(runs).sort().at(-1)}/run.ndjson`)) as Line[]
}

function countsOf(lines: readonly Line[]): Counts {
  const { totals } = lines.at(-1) as EndLine
  const tests = lines.filter((line) => line.type === 'test')
  const failures = tests.filter(({ status }) => status === 'failed').length
  const outside = lines.filter(({ type }) => type === 'error').length
  return {
    tests: totals.tests + outside,
    failures,
    errors: totals.failed - failures + outside,
    skipped: totals.skipped,
  }
}

const runs: Record<string, () => Line[]> = {
  'a run with everything': everything,
  'a run of the version before': ofVersionBefore,
}

describeClient('junitparser', () => {
  const program = `import json, sys
from junitparser import JUnitXml
xml = JUnitXml.fromstring(sys.stdin.buffer.read())
def counts(): return { "tests": xml.tests, "failures": xml.failures, "errors": xml.errors, "skipped": xml.skipped }
written = counts()
names = [[case.classname, case.name] for suite in xml for case in suite]
xml.update_statistics()
print(json.dumps({ "written": written, "counted": counts(), "names": names }))`

  test.each(Object.entries(runs))('%s', async (_, lines) => {
    const of = lines()
    const { stdout } = await run(venvPython, ['-c', program], { input: toJunit(of) })
    const read = JSON.parse(stdout) as { written: Counts; counted: Counts; names: string[][] }
    expect(read).toMatchObject({ written: countsOf(of), counted: countsOf(of) })
    expect(new Set(read.names.map((name) => name.join('\n'))).size).toBe(read.names.length)
  })
})

describeClient("Python's csv", () => {
  const program = `import csv, io, json, sys
text = io.StringIO(sys.stdin.buffer.read().decode(), newline="")
print(json.dumps(list(csv.DictReader(text, strict=True))))`

  test.each(Object.entries(runs))('reads %s', async (_, lines) => {
    const of = lines().map((line) => plainLine(line))
    const { stdout } = await run(venvPython, ['-c', program], { input: toCsv(of) })
    const rows = JSON.parse(stdout) as { status: string; project: string; file: string; test: string }[]
    const { tests, failures, skipped } = countsOf(of)
    const count = (status: string): number => rows.filter((row) => row.status === status).length
    expect([rows.length, count('failed'), count('skipped')]).toEqual([tests, failures, skipped])
    expect(new Set(rows.map(({ project, file, test }) => `${project}\n${file}\n${test}`)).size).toBe(rows.length)
  })

  test('reads quotes, commas, lines and what a spreadsheet would calculate', async () => {
    const names = ['a, "b"', '""', '=HYPERLINK("x")', '-1+1', '@sum', '+1', ' =1', "it's"]
    const lines = names.flatMap((name) => testLines(name, { status: 'failed', data: 'one\n"two",\r\nthree;\tfour' }))
    const { stdout } = await run(venvPython, ['-c', program], { input: toCsv([runLine(), ...lines, endLine(lines)]) })
    const rows = JSON.parse(stdout) as { test: string; error: string }[]
    expect(rows.map(({ test }) => test)).toEqual(names.map((name) => (/^[=+@-]/.test(name) ? `'${name}` : name)))
    expect(new Set(rows.map(({ error }) => error))).toEqual(
      new Set(['AssertionError: expected one\n"two",\r\nthree;\tfour']),
    )
  })
})

describeClient('xunit-viewer and ctrf', () => {
  test.each(Object.entries(runs))('xunit-viewer reads %s', async (_, lines) => {
    const { default: parse } = (await import(pathToFileURL(xunitViewerParser).href)) as {
      default: (xml: string) => Promise<{ suites: Record<string, { tests: Record<string, { status: string }> }> }>
    }
    const { suites } = await parse(toJunit(lines()))
    const statuses = Object.values(suites).flatMap(({ tests }) => Object.values(tests).map(({ status }) => status))
    const { tests, failures, errors, skipped } = countsOf(lines())
    expect(statuses.filter((status) => status === 'passed')).toHaveLength(tests - failures - errors - skipped)
    expect(statuses.filter((status) => status === 'failure')).toHaveLength(failures)
    expect(statuses.filter((status) => status === 'error')).toHaveLength(errors)
    expect(statuses.filter((status) => status === 'skipped')).toHaveLength(skipped)
  })

  test.each(Object.entries(runs))('ctrf finds %s valid', async (_, lines) => {
    const { validate } = (await import(pathToFileURL(ctrfModule).href)) as {
      validate: (report: unknown) => { valid: boolean; errors?: unknown }
    }
    const report = JSON.parse(toCtrf(lines())) as {
      results: { summary: Record<string, number>; tests: { status: string }[] }
    }
    expect(validate(report)).toEqual({ valid: true, errors: [] })
    const { tests, failures, errors, skipped } = countsOf(lines())
    const failed = failures + errors
    const { summary } = report.results
    expect(summary).toMatchObject({ tests, failed, skipped, passed: tests - failed - skipped })
    expect(report.results.tests.filter(({ status }) => status === 'failed')).toHaveLength(failed)
  })
})

interface AllureTest {
  name: string
  fullName: string
  status: string
  flaky: boolean
  isRetry: boolean
  start?: number
  error: { message?: string }
  steps: { name: string; type: string; steps?: { type: string; link?: { missed?: boolean; name: string } }[] }[]
  labels: { name: string; value: string }[]
}

describeClient('allure', () => {
  let folder: string
  beforeAll(() => {
    folder = mkdtempSync(join(tmpdir(), 'kafka-testkit-allure-'))
  })
  afterAll(() => rmSync(folder, { recursive: true, force: true }))

  /** The tests of the report that Allure makes of a run, and what it counts. */
  async function reportOf(lines: readonly Line[]): Promise<{ tests: AllureTest[]; counts: Record<string, number> }> {
    const [results, report] = ['results', 'report'].map((name) => mkdtempSync(join(folder, `${name}-`)))
    for (const [name, text] of toAllure(lines)) writeFileSync(join(results!, name), text)
    await run(process.execPath, [allureCommand, 'awesome', results!, '--cwd', folder, '--output', report!])
    const read = <T>(...path: string[]): T => JSON.parse(readFileSync(join(report!, ...path), 'utf8')) as T
    const tests = readdirSync(join(report!, 'data/test-results')).map((name) =>
      read<AllureTest>('data/test-results', name),
    )
    return { tests, counts: read('widgets/statistic.json') }
  }

  test.each(Object.entries(runs))('counts %s as it was', async (_, lines) => {
    const of = lines()
    const { tests, failures, errors, skipped } = countsOf(of)
    const { counts } = await reportOf(of)
    expect({ passed: 0, failed: 0, broken: 0, skipped: 0, ...counts }).toMatchObject({
      total: tests,
      passed: tests - failures - errors - skipped,
      failed: failures,
      broken: errors,
      skipped,
    })
  })

  test('shows retries behind the last attempt, steps, and what they attach', async () => {
    const { tests, counts } = await reportOf(everything())
    // It counts tests that were retried.
    expect(counts).toMatchObject({ retries: 2, flaky: 1 })
    expect(tests.filter(({ isRetry }) => isRetry)).toHaveLength(3)
    const shown = tests.filter(({ isRetry }) => !isRetry)
    expect(new Set(shown.map(({ fullName }) => fullName)).size).toBe(shown.length)
    const named = (name: string): AllureTest => shown.find((one) => one.name === name)!
    expect(named('is flaky')).toMatchObject({ status: 'passed', flaky: true })
    expect(named('is retried in vain')).toMatchObject({ status: 'failed', error: { message: 'Error: no 1' } })
    expect(named('is skipped').start).toBeUndefined()
    const { steps, labels } = named('holds as far as can be known')
    expect(steps.map(({ name }) => name)).toEqual([
      'produce on orders',
      'expect(topic orders).toReceiveRecord',
      undefined,
    ])
    expect(steps[0]!.steps).toMatchObject([{ type: 'attachment', link: { name: 'Records of produce on orders' } }])
    expect(steps[0]!.steps![0]!.link!.missed).not.toBe(true)
    expect(labels).toContainEqual({ name: 'topic', value: 'orders' })
  })
})
