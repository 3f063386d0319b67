import type { Attempt, EndLine, Line, RunLine } from '../../run/model.ts'
import { inProject } from '../../run/test-key.ts'
import { type Case, casesOf } from './cases.ts'
import { attributes, failed, idOf, kinds, nanoseconds, type Span } from './otlp-json.ts'
import { eventsOf, type Own, spansOf } from './otlp-spans.ts'

/**
 * A run as OTLP takes traces (an `ExportTraceServiceRequest` in its JSON): each test a trace, with its tasks, checks and
 * records as spans. The ids are the same whenever the run is exported.
 */
export function toOtlp(lines: readonly Line[]): string {
  const [run] = lines as readonly [RunLine]
  const owns = Map.groupBy(
    lines.filter((line): line is Own => 'test' in line),
    ({ test }) => test,
  )
  const spans = casesOf(lines).flatMap((one) => {
    // Of what didn't run there is no time, and 0 would be 1970.
    if (one.startedAt === null && one.status === 'skipped') return []
    return traceOfCase(one, one.test === null ? [] : (owns.get(one.test.id) ?? []), run)
  })
  const scopeSpans = [{ scope: { name: 'kafka-testkit' }, spans }]
  return `${JSON.stringify({ resourceSpans: [{ resource: { attributes: resourceOf(run, lines) }, scopeSpans }] })}\n`
}

function resourceOf(run: RunLine, lines: readonly Line[]): ReturnType<typeof attributes> {
  const { id, project, branch, commit, ci, environment, cluster, runner, node } = run
  const { status } = lines.at(-1) as EndLine
  return attributes({
    'service.name': project,
    'deployment.environment.name': environment,
    'vcs.ref.head.name': branch,
    'vcs.ref.head.revision': commit,
    'cicd.pipeline.name': ci?.job ?? ci?.name,
    'cicd.pipeline.run.id': ci?.build,
    'cicd.pipeline.run.url.full': ci?.url,
    'test.suite.run.status': status === 'passed' ? 'success' : 'failure',
    'process.runtime.name': 'nodejs',
    'process.runtime.version': node,
    'kafka_testkit.run.id': id,
    'kafka_testkit.runner': `${runner.name} ${runner.version}`,
    'kafka_testkit.cluster': cluster.kind,
  })
}

/** The span of a test and those below it; each attempt has one of its own where there are several. */
function traceOfCase(one: Case, own: readonly Own[], run: RunLine): Span[] {
  const { test, project, file, path, status, duration, flaky, retries, failures } = one
  const startedAt = one.startedAt ?? run.startedAt
  const fullName = `${inProject(project, file ?? run.project)} ${path}`
  const traceId = idOf(32, run.id, fullName)
  const spanId = idOf(16, traceId, 'test')
  const hasFailed = status !== 'passed' && status !== 'skipped'
  const errors = failures.at(-1) ?? []
  const attempts = test?.attempts ?? []
  const root: Span = {
    traceId,
    spanId,
    name: path,
    kind: kinds.internal,
    startTimeUnixNano: nanoseconds(startedAt),
    endTimeUnixNano: nanoseconds(startedAt + duration),
    attributes: attributes({
      'test.suite.name': inProject(project, file ?? run.project),
      'test.case.name': fullName,
      'test.case.result.status': status === 'skipped' ? null : hasFailed ? 'fail' : 'pass',
      'kafka_testkit.test.status': status,
      'kafka_testkit.test.flaky': flaky,
      'kafka_testkit.test.retries': retries,
      'error.type': hasFailed ? (errors[0]?.name ?? status) : null,
    }),
    ...(hasFailed && { status: failed(errors.map(({ message }) => message).join('\n\n') || status) }),
  }
  if (attempts.length <= 1) {
    const begun = attempts[0]?.startedAt ?? startedAt
    const events = [...eventsOf(own, begun), ...exceptionsOf(errors, startedAt + duration)]
    return [{ ...root, events }, ...spansOf(own, { traceId, spanId, begun })]
  }
  return [root, ...attempts.flatMap((attempt) => attemptSpans(attempt, root, own))]
}

function attemptSpans(attempt: Attempt, root: Span, all: readonly Own[]): Span[] {
  const { status, startedAt, duration, errors, repeat } = attempt
  const own = all.filter((line) => line.attempt === attempt.attempt)
  const spanId = idOf(16, root.traceId, 'attempt', attempt.attempt)
  const span: Span = {
    traceId: root.traceId,
    spanId,
    parentSpanId: root.spanId,
    name: `attempt ${attempt.attempt + 1}`,
    kind: kinds.internal,
    startTimeUnixNano: nanoseconds(startedAt),
    endTimeUnixNano: nanoseconds(startedAt + duration),
    attributes: attributes({ 'kafka_testkit.test.status': status, 'kafka_testkit.test.repetition': repeat }),
    events: [...eventsOf(own, startedAt), ...exceptionsOf(errors, startedAt + duration)],
    ...(errors.length > 0 && { status: failed(errors.map(({ message }) => message).join('\n\n')) }),
  }
  return [span, ...spansOf(own, { traceId: root.traceId, spanId, begun: startedAt })]
}

function exceptionsOf(errors: Attempt['errors'], at: number): NonNullable<Span['events']> {
  return errors.map(({ name, message }) => ({
    timeUnixNano: nanoseconds(at),
    name: 'exception',
    attributes: attributes({ 'exception.type': name, 'exception.message': message }),
  }))
}
