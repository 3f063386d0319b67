import type { EndLine, Line, RunLine, TestLine } from '../../execution/model.ts'

/** The Common Test Report Format (ctrf.io), version 0.0.0 of its specification. */
export function toCtrf(lines: readonly Line[]): string {
  const [run] = lines as readonly [RunLine]
  const end = lines.at(-1) as EndLine
  const tests = lines.filter((line): line is TestLine => line.type === 'test')
  const { totals, duration } = end
  const report = {
    reportFormat: 'CTRF',
    specVersion: '0.0.0',
    reportId: run.id,
    timestamp: new Date(run.startedAt).toISOString(),
    generatedBy: 'kafka-testkit',
    results: {
      tool: { name: run.runner.name, version: run.runner.version },
      summary: {
        ...{ tests: totals.tests, passed: totals.passed, failed: totals.failed, skipped: totals.skipped },
        ...{ pending: 0, other: 0, flaky: totals.flaky },
        ...{ start: Math.round(run.startedAt), stop: Math.round(run.startedAt + duration) },
      },
      tests: tests.map(testOf),
      environment: environmentOf(run),
    },
  }
  return `${JSON.stringify(report, null, 2)}\n`
}

function testOf({ name, file, status, startedAt, duration, flaky, attempts }: TestLine): object {
  const path = name.split(' > ')
  const errors = attempts.at(-1)?.errors ?? []
  return {
    name: path.at(-1),
    status: status === 'passed' || status === 'skipped' ? status : 'failed',
    rawStatus: status,
    duration: Math.round(duration),
    start: Math.round(startedAt),
    stop: Math.round(startedAt + duration),
    suite: [file, ...path.slice(0, -1)],
    filePath: file,
    flaky,
    retries: Math.max(0, attempts.length - 1),
    ...(errors.length === 0 ? {} : { message: errors.map(({ message }) => message).join('\n\n') }),
  }
}

function environmentOf({ project, branch, commit, ci, environment }: RunLine): object {
  const known = {
    appName: project,
    branchName: branch,
    commit,
    buildName: ci?.job,
    buildId: ci?.build,
    buildUrl: ci?.url,
    testEnvironment: environment,
  }
  return Object.fromEntries(Object.entries(known).filter(([, value]) => value !== null && value !== undefined))
}
