import type { ComponentChildren, VNode } from 'preact'
import type { RunData } from '../data/run-data.ts'
import { bytes, duration, number, plural } from '../format.ts'
import { ClusterCards } from '../parts/cluster.tsx'
import { Redactions } from '../parts/redactions.tsx'
import { type Shown, Status } from '../parts/status.tsx'
import { Time } from '../parts/time.tsx'
import { href, route } from '../route.ts'
import { OutsideErrors } from './outside-errors.tsx'
import { TestList } from './test-list.tsx'

/** The first page: how the run went, and its tests. */
export function RunPage({ data, beside }: { data: RunData; beside?: ComponentChildren }): VNode {
  const { run, end, head, tests, errors } = data
  const state: Shown = end?.status ?? (head.state === 'running' ? 'running' : 'lost')
  return (
    <>
      <div class="title">
        <h1>
          <Status of={state} word />
          <span class="headline">{headline(data)}</span>
        </h1>
        <p class="byline">
          <Time at={run.startedAt} />
          {end !== null && <span>{duration(end.duration)}</span>}
          {run.branch !== null && <span>{run.branch}</span>}
          {run.commit !== null && <code title={run.commit}>{run.commit.slice(0, 8)}</code>}
          <Ci data={data} />
          <Redactions run={run} />
          {beside}
        </p>
      </div>
      {end === null && <Unfinished state={state} live={data.live} />}
      {head.damaged > 0 && (
        <p class="note warn">{plural(head.damaged, 'line')} of this run can't be read and are left out.</p>
      )}
      {head.leftOut > 0 && (
        <p class="note warn">
          The run is very large: what {plural(head.leftOut, 'test')} that passed did is left out of this page. It stands
          in <code>npx kafka-testkit history show</code>.
        </p>
      )}
      <Totals data={data} />
      <Facts data={data} />
      <ClusterCards clusters={data.clusters} isOver={end !== null} />
      <OutsideErrors errors={errors} />
      {tests.length === 0 ? (
        <p class="note">
          {errors.length > 0
            ? 'No test ran.'
            : data.live
              ? 'No test file has ended yet.'
              : 'No test file had ended when this page was made.'}
        </p>
      ) : (
        <TestList data={data} />
      )}
    </>
  )
}

function headline({ tests, errors, end }: RunData): string {
  const failed = tests.filter(({ status }) => status !== 'passed' && status !== 'skipped').length
  const outside = errors.length === 0 ? '' : `, ${plural(errors.length, 'error')} outside of tests`
  if (end === null) return `${plural(tests.length, 'test')} had ended${outside}`
  if (failed > 0) return `${number(failed)} of ${plural(tests.length, 'test')}${outside}`
  return `${plural(tests.length, 'test')}${outside}`
}

function Unfinished({ state, live = false }: { state: Shown; live?: boolean | undefined }): VNode {
  const running = live
    ? 'The run is going on: tests appear as their files end.'
    : 'The run was still going on when this page was made: these are the test files that had ended.'
  const lost = 'The run was lost, its process ended before it did: these are the test files that had ended.'
  return <p class="note warn">{state === 'running' ? running : lost}</p>
}

function Ci({ data }: { data: RunData }): VNode | null {
  const { ci, shard } = data.run
  const part = shard === null ? '' : `shard ${shard.index} of ${shard.count}`
  if (ci === null) return part === '' ? null : <span>{part}</span>
  const text = [ci.name, ci.job, ci.build === null ? null : `#${ci.build}`, part].filter(Boolean).join(' ')
  const isLink = ci.url !== null && /^https?:\/\//.test(ci.url)
  return isLink ? (
    <a href={ci.url!} rel="noreferrer noopener">
      {text}
    </a>
  ) : (
    <span>{text}</span>
  )
}

const kinds = ['failed', 'flaky', 'passed', 'skipped'] as const

/** How many tests went which way, as a bar, and as links that show just those. */
function Totals({ data }: { data: RunData }): VNode | null {
  const counts = { failed: 0, flaky: 0, passed: 0, skipped: 0 }
  for (const { status, flaky } of data.tests) {
    if (flaky) counts.flaky += 1
    else if (status === 'passed' || status === 'skipped') counts[status] += 1
    else counts.failed += 1
  }
  const chosen = route.value.query.get('status')
  if (data.tests.length === 0) return null
  return (
    <nav class="totals" aria-label="Tests by status">
      <div class="share" aria-hidden="true">
        {kinds.map((kind) => counts[kind] > 0 && <i key={kind} class={kind} style={{ flexGrow: counts[kind] }} />)}
      </div>
      {kinds.map((kind) => (
        <a
          key={kind}
          class={`total ${kind} ${counts[kind] === 0 ? 'none' : ''}`}
          href={href([], { status: chosen === kind ? '' : kind, q: route.value.query.get('q') ?? '' })}
          aria-current={chosen === kind ? 'true' : undefined}
        >
          <b>{number(counts[kind])}</b> {kind}
        </a>
      ))}
    </nav>
  )
}

function Facts({ data }: { data: RunData }): VNode {
  const { run, end, clusters } = data
  const { recordsProduced, recordsReceived, bytesProduced, bytesReceived, produceToAck, ackToReceive } =
    end?.metrics ?? {}
  const cluster = run.environment === null ? run.cluster.kind : `${run.cluster.kind}, ${run.environment}`
  const facts: [string, string][] = [
    // Of a run of an earlier version that is all that is known.
    ...(clusters.length === 0 ? [['Cluster', cluster] satisfies [string, string]] : []),
    ['Runner', `${run.runner.name} ${run.runner.version}, Node ${run.node}`],
  ]
  if (end !== null) {
    facts.push(
      ['Touched Kafka', `${number(end.totals.withKafka)} of ${plural(end.totals.tests, 'test')}`],
      ['Produced', `${plural(recordsProduced!, 'record')}, ${bytes(bytesProduced!)}`],
      ['Received', `${plural(recordsReceived!, 'record')}, ${bytes(bytesReceived!)}`],
    )
    if (produceToAck) facts.push(['Produce to ack', `${duration(produceToAck.p50)}, p99 ${duration(produceToAck.p99)}`])
    if (ackToReceive) facts.push(['Ack to receive', `${duration(ackToReceive.p50)}, p99 ${duration(ackToReceive.p99)}`])
  }
  return (
    <dl class="facts">
      {facts.map(([label, text]) => (
        <div key={label}>
          <dt>{label}</dt>
          <dd>{text}</dd>
        </div>
      ))}
    </dl>
  )
}
