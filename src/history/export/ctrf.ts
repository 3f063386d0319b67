import type { EndLine, Line, RunLine } from '../../run/model.ts'
import { titlesOf } from '../../run/test-key.ts'
import { type Case, casesOf } from './cases.ts'

/** The Common Test Report Format (ctrf.io), version 0.0.0 of its specification. */
export function toCtrf(lines: readonly Line[]): string {
  const [run] = lines as readonly [RunLine]
  const end = lines.at(-1) as EndLine
  const cases = casesOf(lines)
  const count = (...statuses: Case['status'][]): number =>
    cases.filter(({ status }) => statuses.includes(status)).length
  const [passed, skipped] = [count('passed'), count('skipped')]
  const report = {
    reportFormat: 'CTRF',
    specVersion: '0.0.0',
    reportId: run.id,
    timestamp: new Date(run.startedAt).toISOString(),
    generatedBy: 'kafka-testkit',
    results: {
      tool: { name: run.runner.name, version: run.runner.version },
      summary: {
        tests: cases.length,
        passed,
        failed: cases.length - passed - skipped,
        skipped,
        pending: 0,
        other: 0,
        flaky: cases.filter(({ flaky }) => flaky).length,
        start: Math.round(run.startedAt),
        stop: Math.round(run.startedAt + end.duration),
      },
      tests: cases.map((one) => testOf(one, run)),
      environment: environmentOf(run),
    },
  }
  return `${JSON.stringify(report, null, 2)}\n`
}

function testOf(
  { project, path, file, status, startedAt, duration, flaky, retries, failures, notes }: Case,
  run: RunLine,
): object {
  const titles = titlesOf(path)
  const errors = flaky ? [] : (failures.at(-1) ?? [])
  return {
    name: titles.at(-1),
    status: status === 'passed' || status === 'skipped' ? status : 'failed',
    rawStatus: status,
    duration: Math.round(duration),
    // Of what did not run there is none: 0 would be 1970.
    ...(startedAt !== null && { start: Math.round(startedAt), stop: Math.round(startedAt + duration) }),
    suite: [...(project === '' ? [] : [project]), file ?? run.project, ...titles.slice(0, -1)],
    ...(file !== null && { filePath: file }),
    flaky,
    retries,
    ...(notes.length > 0 && { extra: { notKnown: notes } }),
    ...(errors.length > 0 && { message: errors.map(({ message }) => message).join('\n\n') }),
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
