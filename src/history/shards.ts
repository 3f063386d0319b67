import { clustersOf } from '../run/clusters.ts'
import { type Evidence, measure, metricsOf, sumUp } from '../run/metrics.ts'
import type { EndLine, Line, RunLine } from '../run/model.ts'
import { toText } from './store.ts'

/** One run, made of its shards. */
interface Merged {
  run: RunLine
  text: string
  /** The ids of the shards; the run has that of the first. */
  shards: string[]
}

interface Incomplete {
  /** The indexes that are here, from 1. */
  there: number[]
  count: number
}

/** What the shards of one run have in common, and those of another have not. */
export function shardGroup({ project, commit, ci, runner, node, environment, cluster, shard }: RunLine): string {
  const build = ci === null ? null : [ci.name, ci.build, ci.job?.replace(/ \d+\/\d+$/, '')]
  return JSON.stringify([project, commit, build, runner, node, environment, cluster, shard?.count])
}

/**
 * Makes one run of the shards of a group. A shard that was tried again in the same build is taken as it went the last
 * time; without a build nobody knows which belong together, so each may be there once.
 */
export function mergeShards(group: readonly (readonly Line[])[]): Merged | Incomplete {
  const byIndex = new Map<number, readonly Line[]>()
  const oldestFirst = group.toSorted((a, b) => runOf(a).startedAt - runOf(b).startedAt)
  for (const lines of oldestFirst) byIndex.set(runOf(lines).shard!.index, lines)
  const { shard, ci } = runOf(group[0]!)
  const { count } = shard!
  const isAmbiguous = byIndex.size < group.length && (ci?.build ?? null) === null
  if (isAmbiguous || byIndex.size < count) {
    return { there: oldestFirst.map((lines) => runOf(lines).shard!.index).sort((a, b) => a - b), count }
  }
  const shards = [...byIndex].sort(([a], [b]) => a - b).map(([, lines]) => lines)
  const runs = shards.map(runOf)
  const run: RunLine = {
    ...runs[0]!,
    schema: 2,
    shard: null,
    redacted: {
      records: runs.every(({ redacted }) => redacted.records),
      checks: runs.every(({ redacted }) => redacted.checks),
    },
    startedAt: Math.min(...runs.map(({ startedAt }) => startedAt)),
  }
  const lines = ownIds(shards)
  return {
    run,
    text: toText([run, ...clustersOf(shards.flat()), ...lines, endOf(shards, lines)]),
    shards: runs.map(({ id }) => id),
  }
}

function runOf(lines: readonly Line[]): RunLine {
  return lines[0] as RunLine
}

/** The lines of tests; a test's id that another shard has too gets that of its shard before it. */
function ownIds(shards: readonly (readonly Line[])[]): Line[] {
  const taken = new Set<string>()
  return shards.flatMap((lines, index): Line[] => {
    const ids = lines.flatMap((line) => (line.type === 'test' ? [line.id] : []))
    const twice = new Set(ids.filter((id) => taken.has(id)))
    const own = (id: string): string => (twice.has(id) ? `${index + 1}:${id}` : id)
    for (const id of ids) taken.add(own(id))
    return lines.flatMap((line): Line[] => {
      if (line.type === 'run' || line.type === 'cluster' || line.type === 'end') return []
      if (line.type === 'error') return [line]
      return [line.type === 'test' ? { ...line, id: own(line.id) } : { ...line, test: own(line.test) }]
    })
  })
}

/** As the reporter makes it, over all shards; it took as long as the longest of them. */
function endOf(shards: readonly (readonly Line[])[], lines: readonly Line[]): EndLine {
  const ends = shards.map((shard) => shard.at(-1) as EndLine)
  const sum = (what: keyof EndLine['totals']): number =>
    ends.reduce((total, { totals }) => total + (totals[what] ?? 0), 0)
  const evidence = Map.groupBy(
    lines.filter((line): line is Evidence => line.type !== 'test' && line.type !== 'error'),
    ({ test }) => test,
  )
  return {
    type: 'end',
    status: ends.some(({ status }) => status === 'failed') ? 'failed' : 'passed',
    duration: Math.max(...ends.map(({ duration }) => duration)),
    totals: {
      tests: sum('tests'),
      passed: sum('passed'),
      failed: sum('failed'),
      skipped: sum('skipped'),
      flaky: sum('flaky'),
      withKafka: sum('withKafka'),
      errors: sum('errors'),
    },
    metrics: metricsOf(sumUp([...evidence.values()].map(measure))),
  }
}
