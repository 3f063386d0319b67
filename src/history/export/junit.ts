import type { EndLine, Line, RunLine, TestLine } from '../../execution/model.ts'

/** JUnit's XML as CI systems read it: a suite a file, a case a test, each failed attempt's errors as text. */
export function toJunit(lines: readonly Line[]): string {
  const [run] = lines as readonly [RunLine]
  const end = lines.at(-1) as EndLine
  const tests = lines.filter((line): line is TestLine => line.type === 'test')
  const suites = Map.groupBy(tests, ({ file }) => file)
  const all = attributes({ name: run.project, ...counts(tests), time: seconds(end.duration) })
  const rows = [...suites].flatMap(([file, own]) => suite(file, own))
  return ['<?xml version="1.0" encoding="UTF-8"?>', `<testsuites${all}>`, ...rows, '</testsuites>', ''].join('\n')
}

function suite(file: string, tests: readonly TestLine[]): string[] {
  const started = new Date(Math.min(...tests.map(({ startedAt }) => startedAt))).toISOString()
  const time = seconds(tests.reduce((sum, { duration }) => sum + duration, 0))
  const head = attributes({ name: file, ...counts(tests), timestamp: started, time })
  return [`  <testsuite${head}>`, ...tests.flatMap(testCase), '  </testsuite>']
}

function testCase({ file, name, status, duration, attempts, flaky }: TestLine): string[] {
  const head = `    <testcase${attributes({ classname: file, name, time: seconds(duration) })}`
  const errors = attempts.flatMap((attempt) => attempt.errors.map((error) => ({ ...error, attempt: attempt.attempt })))
  const inside = errors.map(({ name: type, message }) => {
    // Surefire's names, which Jenkins and GitLab know: an error that a later attempt made good is no failure.
    const tag = flaky ? 'flakyFailure' : status === 'failed' ? 'failure' : 'error'
    const [first = ''] = message.split('\n')
    return `      <${tag}${attributes({ message: first, type })}>${text(message)}</${tag}>`
  })
  if (status === 'skipped') inside.push('      <skipped/>')
  if (inside.length === 0 && status !== 'passed') inside.push(`      <error${attributes({ message: status })}/>`)
  return inside.length === 0 ? [`${head}/>`] : [`${head}>`, ...inside, '    </testcase>']
}

function counts(tests: readonly TestLine[]): Record<string, number> {
  const count = (...statuses: TestLine['status'][]): number =>
    tests.filter(({ status }) => statuses.includes(status)).length
  return {
    tests: tests.length,
    failures: count('failed'),
    errors: count('timed out', 'crashed'),
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
