import { readdirSync, readFileSync } from 'node:fs'
import { fileURLToPath, pathToFileURL } from 'node:url'
import { expect, test } from 'vitest'
import { venvPython } from '../../scripts/python-clients.ts'
import { ctrfModule, xunitViewerParser } from '../../scripts/report-readers.ts'
import { toCtrf } from '../../src/history/export/ctrf.ts'
import { toJunit } from '../../src/history/export/junit.ts'
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
