import type { EndLine, Line, RunLine } from '../../run/model.ts'
import { inProject } from '../../run/test-key.ts'
import { type Case, casesOf } from './cases.ts'

/**
 * JUnit's XML as CI systems read it: a suite a file, a case a test. CI systems know a test again by class and name, so the
 * class has the runner's project, and no two cases of a file have one name.
 */
export function toJunit(lines: readonly Line[]): string {
  const [run] = lines as readonly [RunLine]
  const end = lines.at(-1) as EndLine
  const cases = casesOf(lines)
  const suites = Map.groupBy(cases, (one) => classOf(one, run))
  const all = attributes({ name: run.project, ...counts(cases), time: seconds(end.duration) })
  const rows = [...suites].flatMap(([name, own]) => suite(name, own, run))
  return ['<?xml version="1.0" encoding="UTF-8"?>', `<testsuites${all}>`, ...rows, '</testsuites>', ''].join('\n')
}

function classOf({ project, file }: Case, run: RunLine): string {
  return inProject(project, file ?? run.project)
}

function suite(name: string, cases: readonly Case[], run: RunLine): string[] {
  const starts = cases.flatMap(({ startedAt }) => startedAt ?? [])
  const timestamp = new Date(starts.length === 0 ? run.startedAt : Math.min(...starts)).toISOString()
  const time = seconds(cases.reduce((sum, { duration }) => sum + duration, 0))
  const head = attributes({ name, ...counts(cases), timestamp, time })
  return [`  <testsuite${head}>`, ...cases.flatMap((one) => testCase(name, one)), '  </testsuite>']
}

function testCase(classname: string, { path, status, duration, flaky, retries, failures, notes }: Case): string[] {
  const head = `    <testcase${attributes({ classname, name: path, time: seconds(duration) })}`
  // Readers count failures by their elements, so only the last attempt's is one. The others have Surefire's names, which
  // Jenkins and GitLab know: an error that a later attempt made good is no failure.
  const inside = failures.map((errors) => {
    const last = errors === failures.at(-1) ? resultOf(status) : 'rerunFailure'
    return problem(flaky ? 'flakyFailure' : last, errors)
  })
  // In front: xunit-viewer takes a case for what its first element says, and for passed with this one.
  if (flaky)
    inside.unshift(`      <system-out>passed after ${retries} ${retries === 1 ? 'retry' : 'retries'}</system-out>`)
  if (status === 'skipped') inside.push('      <skipped/>')
  if (inside.length === 0 && status !== 'passed')
    inside.push(`      <${resultOf(status)}${attributes({ message: status })}/>`)
  // Behind its result, for the same reason.
  if (notes.length > 0) inside.push(`      <system-out>${text(`Not known: ${notes.join('\n')}`)}</system-out>`)
  return inside.length === 0 ? [`${head}/>`] : [`${head}>`, ...inside, '    </testcase>']
}

function resultOf(status: Case['status']): 'failure' | 'error' {
  return status === 'failed' ? 'failure' : 'error'
}

function problem(tag: string, errors: Case['failures'][number]): string {
  const [{ name: type, message }] = errors as [(typeof errors)[number]]
  const [first = ''] = message.split('\n')
  const all = errors.map((error) => error.message).join('\n\n')
  return `      <${tag}${attributes({ message: first, type })}>${text(all)}</${tag}>`
}

function counts(cases: readonly Case[]): Record<string, number> {
  const count = (...statuses: Case['status'][]): number =>
    cases.filter(({ status }) => statuses.includes(status)).length
  return {
    tests: cases.length,
    failures: count('failed'),
    errors: count('timed out', 'crashed', 'error'),
    skipped: count('skipped'),
  }
}

function seconds(milliseconds: number): string {
  return (milliseconds / 1000).toFixed(3)
}

function attributes(values: Readonly<Record<string, string | number>>): string {
  return Object.entries(values)
    .map(([name, value]) => ` ${name}="${text(String(value)).replaceAll('\n', '&#10;')}"`)
    .join('')
}

/** XML 1.0 has no control characters, escaped or not. */
function text(value: string): string {
  return (
    value
      .toWellFormed()
      // biome-ignore lint/suspicious/noControlCharactersInRegex: these are what has to go.
      .replaceAll(/[\u0000-\u0008\u000b\u000c\u000e-\u001f\ufffe\uffff]/g, '\ufffd')
      .replaceAll('&', '&amp;')
      .replaceAll('<', '&lt;')
      .replaceAll('>', '&gt;')
      .replaceAll('"', '&quot;')
  )
}
