import { closeSync, fstatSync, openSync, readSync } from 'node:fs'
import type { EndLine, RunLine } from '../run/model.ts'

/** A run as lists show it. */
export interface RunSummary {
  id: string
  project: string
  /** Milliseconds since the epoch. */
  startedAt: number
  /** `lost`: its process ended before it did. */
  state: 'passed' | 'failed' | 'running' | 'lost'
  branch: string | null
  commit: string | null
  environment: string | null
  cluster: string
  runner: string
  build: string | null
  /** `2/3` where it is a part of a run. */
  shard: string | null
  /** Milliseconds; null while there is no end. */
  duration: number | null
  tests: number
  passed: number
  failed: number
  skipped: number
  flaky: number
  withKafka: number
  /** What failed outside of tests. */
  errors: number
}

/** A file of the store that can't be used, and why. */
export interface Damage {
  path: string
  problem: string
}

export function summaryOf(run: RunLine, end: EndLine | null, state: 'running' | 'lost'): RunSummary {
  const { id, project, startedAt, branch, commit, environment, cluster, runner, ci, shard } = run
  const none = { tests: 0, passed: 0, failed: 0, skipped: 0, flaky: 0, withKafka: 0, errors: 0 }
  return {
    id,
    project,
    startedAt,
    state: end?.status ?? state,
    branch,
    commit,
    environment,
    cluster: cluster.kind,
    runner: `${runner.name} ${runner.version}`,
    build: ci?.build ?? null,
    shard: shard === null ? null : `${shard.index}/${shard.count}`,
    duration: end?.duration ?? null,
    ...none,
    ...end?.totals,
  }
}

const columns: readonly (keyof RunSummary)[] = [
  ...(['id', 'project', 'startedAt', 'state', 'branch', 'commit', 'environment', 'cluster', 'runner'] as const),
  ...(['build', 'shard', 'duration', 'tests', 'passed', 'failed', 'skipped', 'flaky', 'withKafka', 'errors'] as const),
]

/** A line of the index: the values alone, so that ten thousand of them are read in no time. */
export function indexLine(summary: RunSummary): string {
  return `${JSON.stringify(columns.map((column) => summary[column]))}\n`
}

/** What the lines of an index say; those of another version, or cut off, are passed over. */
export function readIndex(text: string): Map<string, RunSummary> {
  const summaries = new Map<string, RunSummary>()
  for (const line of text.split('\n')) {
    const values = line.startsWith('[') ? (parse(line) as unknown[] | undefined) : undefined
    if (values?.length !== columns.length) continue
    const summary = toSummary(values as never)
    summaries.set(summary.id, summary)
  }
  return summaries
}

type Values = [
  id: string,
  project: string,
  startedAt: number,
  state: RunSummary['state'],
  branch: string | null,
  commit: string | null,
  environment: string | null,
  cluster: string,
  runner: string,
  build: string | null,
  shard: string | null,
  duration: number | null,
  tests: number,
  passed: number,
  failed: number,
  skipped: number,
  flaky: number,
  withKafka: number,
  errors: number,
]

/** Written out, for speed: ten thousand of them are made for a list. */
function toSummary(values: Values): RunSummary {
  return {
    id: values[0],
    project: values[1],
    startedAt: values[2],
    state: values[3],
    branch: values[4],
    commit: values[5],
    environment: values[6],
    cluster: values[7],
    runner: values[8],
    build: values[9],
    shard: values[10],
    duration: values[11],
    tests: values[12],
    passed: values[13],
    failed: values[14],
    skipped: values[15],
    flaky: values[16],
    withKafka: values[17],
    errors: values[18],
  }
}

/** Reads the first and the last line of a run's file, whatever lies between. */
export function summarizeFile(path: string): RunSummary | Damage {
  const { first, last } = outerLines(path)
  const run = parse(first) as RunLine | undefined
  if (run?.type !== 'run') return { path, problem: 'it is no run of kafka-testkit' }
  if (isOfFuture(run)) return { path, problem: futureSchema(run) }
  const end = parse(last) as EndLine | undefined
  if (end?.type !== 'end') return { path, problem: 'it is cut off: its end is missing' }
  return summaryOf(run, end, 'lost')
}

/** The newest version of the model that is read. */
const NEWEST = 2

/** Whether a newer version of this package wrote it. */
export function isOfFuture({ schema }: RunLine): boolean {
  return !(schema >= 1 && schema <= NEWEST)
}

export function futureSchema({ schema }: RunLine): string {
  return `it is of version ${String(schema)} of the model, this kafka-testkit reads up to version ${NEWEST}: update it`
}

export function parse(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}

/** More than a `run` or an `end` line ever has. */
const MOST = 64 * 1024

function outerLines(path: string): { first: string; last: string } {
  const descriptor = openSync(path, 'r')
  try {
    const { size } = fstatSync(descriptor)
    const head = Buffer.alloc(Math.min(size, MOST))
    readSync(descriptor, head, 0, head.length, 0)
    const tail = size <= MOST ? head : Buffer.alloc(MOST)
    if (tail !== head) readSync(descriptor, tail, 0, MOST, size - MOST)
    const [first = ''] = head.toString().split('\n', 1)
    return { first, last: tail.toString().trimEnd().split('\n').at(-1) ?? '' }
  } finally {
    closeSync(descriptor)
  }
}
