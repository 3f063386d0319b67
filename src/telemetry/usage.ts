import { packageVersion } from '../base/package.ts'
import type { EndLine, Line, RunLine } from '../run/model.ts'

/** An event of the fixed list in docs/telemetry.md: counts and booleans, never a word that somebody wrote. */
export interface Usage {
  event: string
  facts: Readonly<Record<string, number | boolean>>
}

/** `Run Ended`: what was used, and how much of it. */
export function runUsage({ run, lines, end }: { run: RunLine; lines: readonly Line[]; end: EndLine }): Usage {
  const count = (holds: (line: Line) => boolean): number => lines.filter(holds).length
  const { tests, passed, failed, skipped, flaky, withKafka } = end.totals
  const facts = {
    ...versions(),
    vitest: run.runner.name === 'vitest',
    jest: run.runner.name === 'jest',
    runnerMajor: major(run.runner.version),
    embedded: run.cluster.kind === 'embedded',
    testcontainers: run.cluster.kind === 'testcontainers',
    external: run.cluster.kind === 'external',
    sharded: run.shard !== null,
    recordsRedacted: run.redacted.records,
    checksRedacted: run.redacted.checks,
    tests,
    passed,
    failed,
    skipped,
    flaky,
    withKafka,
    tasks: count(({ type }) => type === 'task'),
    checks: count(({ type }) => type === 'check'),
    failedChecks: count((line) => line.type === 'check' && line.verdict === 'failed'),
    recordsProduced: end.metrics.recordsProduced,
    recordsReceived: end.metrics.recordsReceived,
    seconds: Math.round(end.duration / 1000),
  }
  return { event: 'Run Ended', facts }
}

/**
 * `kafka-testkit history show`, an event a command.
 *
 * @param command its words as the program defines them, without what was given to it.
 */
export function commandUsage(command: string, failed: boolean): Usage {
  return { event: command, facts: { ...versions(), failed } }
}

function versions(): Record<string, number | boolean> {
  const [versionMajor, versionMinor, versionPatch] = packageVersion.split('.').map((part) => Number.parseInt(part, 10))
  return {
    versionMajor: versionMajor!,
    versionMinor: versionMinor!,
    versionPatch: versionPatch!,
    nodeMajor: major(process.versions.node),
    linux: process.platform === 'linux',
    macos: process.platform === 'darwin',
    windows: process.platform === 'win32',
  }
}

function major(version: string): number {
  return Number.parseInt(version, 10)
}
