import type { RunData } from '../data/run-data.ts'

/** What helps whoever is asked: no name of a project, test, topic or branch, no record, no message. */
export function diagnosis({ head, run, end, tests, counts }: RunData): string {
  const { runner, node, cluster, redacted, shard, schema, ci } = run
  const facts = {
    'kafka-testkit': head.version,
    runner: `${runner.name} ${runner.version}`,
    node,
    cluster: cluster.kind,
    ci: ci?.name ?? null,
    shard,
    redacted,
    model: schema,
    state: end?.status ?? head.state,
    duration: end === null ? null : Math.round(end.duration),
    totals: end?.totals ?? { tests: tests.length },
    lines: Object.fromEntries(counts),
    damaged: head.damaged,
    leftOut: head.leftOut,
    browser: navigator.userAgent,
  }
  return JSON.stringify(facts, null, 2)
}
