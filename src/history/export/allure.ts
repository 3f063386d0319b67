import { createHash } from 'node:crypto'
import type { Attempt, CheckLine, Line, RunLine, TestLine } from '../../run/model.ts'
import { inProject, titlesOf } from '../../run/test-key.ts'
import { type Attachment, attachmentsOf, type Own, type Step, stepsOf } from './allure-steps.ts'
import { type Case, casesOf } from './cases.ts'

/** A file of a folder of results. */
type File = readonly [name: string, text: string]

/**
 * What Allure makes a report of: a file of results for each attempt of a test, those of one test as its retries, with the
 * texts that they attach. The names are the same whenever the run is exported.
 */
export function* toAllure(lines: readonly Line[]): Generator<File> {
  const [run] = lines as readonly [RunLine]
  const owns = Map.groupBy(
    lines.filter((line): line is Own => 'test' in line),
    ({ test }) => test,
  )
  for (const one of casesOf(lines)) {
    const own = one.test === null ? [] : (owns.get(one.test.id) ?? [])
    for (const attempt of attemptsOf(one)) yield* resultOf(one, attempt, own, run)
  }
  yield ['environment.properties', environmentOf(run)]
  if (run.ci !== null) yield ['executor.json', json({ ...executorOf(run.ci), reportName: run.project })]
}

/** An attempt as Allure is told it: what went as it was to, although it failed, passed. */
interface Shown {
  number: number
  /** Which repetition of the test it is, where it was repeated. */
  repetition: number | null
  status: TestLine['status'] | 'error'
  start: number | null
  stop: number | null
  errors: Attempt['errors']
}

function attemptsOf({ test, status, startedAt, duration, flaky, failures }: Case): Shown[] {
  const whole = {
    number: 0,
    repetition: null,
    status,
    errors: failures.at(-1) ?? [],
    start: startedAt && Math.round(startedAt),
    stop: startedAt && Math.round(startedAt + duration),
  }
  if (test === null || test.attempts.length === 0) return [whole]
  const isAsItWasTo = !flaky && (status === 'passed' || status === 'skipped')
  const isRepeated = test.attempts.some(({ repeat = 0 }) => repeat > 0)
  let before = 0
  return test.attempts.map((attempt, index) => {
    // Of attempts that began in one millisecond Allure would not know the last.
    const start = Math.max(Math.round(attempt.startedAt), before + 1)
    before = start
    const isLast = index === test.attempts.length - 1
    const hasFailure = test.attempts.some((one) => one.status !== 'passed' && one.status !== 'skipped')
    return {
      number: attempt.attempt,
      repetition: isRepeated ? (attempt.repeat ?? 0) + 1 : null,
      status: isAsItWasTo || (isLast && !hasFailure) ? status : attempt.status,
      start,
      stop: Math.max(start, Math.round(attempt.startedAt + attempt.duration)),
      errors: isAsItWasTo ? [] : attempt.errors,
    }
  })
}

function* resultOf(one: Case, attempt: Shown, all: readonly Own[], run: RunLine): Generator<File> {
  const { project, file, path, flaky, notes } = one
  const fullName = `${inProject(project, file ?? run.project)} ${path}`
  // Both readers of this format, Allure 2 and 3, know a test again by one of these.
  const id = hash(fullName).slice(0, 32)
  const uuid = uuidOf(run.id, fullName, attempt.number)
  const own = all.filter((line) => line.attempt === attempt.number)
  const files: File[] = []
  const attach = (name: string, text: string): Attachment => {
    const source = `${uuidOf(uuid, files.length)}-attachment.txt`
    files.push([source, text])
    return { name, type: 'text/plain', source }
  }
  const begun = attempt.start ?? 0
  const steps: Step[] = stepsOf(own, begun, attach)
  const titles = titlesOf(path)
  const result = {
    uuid,
    historyId: id,
    testCaseId: id,
    fullName,
    name: titles.at(-1),
    titlePath: [...(project === '' ? [] : [project]), file ?? run.project, ...titles.slice(0, -1)],
    status: allureStatus(attempt.status),
    statusDetails: detailsOf(attempt, own, flaky, notes),
    stage: 'finished',
    ...(attempt.start !== null && { start: attempt.start, stop: attempt.stop }),
    labels: labelsOf(one, own, run),
    links: run.ci?.url ? [{ type: 'link', name: run.ci.job ?? run.ci.name, url: run.ci.url }] : [],
    parameters: attempt.repetition === null ? [] : [{ name: 'repetition', value: String(attempt.repetition) }],
    steps,
    attachments: attachmentsOf(own, attach),
  }
  yield [`${uuid}-result.json`, json(result)]
  yield* files
}

/** Failed is what a check says; what stopped the test in another way is broken, as others tell the two apart. */
function allureStatus(status: Shown['status']): string {
  return status === 'passed' || status === 'failed' || status === 'skipped' ? status : 'broken'
}

function detailsOf({ status, errors }: Shown, own: readonly Own[], flaky: boolean, notes: readonly string[]): object {
  const failed = own.findLast((line): line is CheckLine => line.type === 'check' && line.verdict === 'failed')
  const said = errors.map(({ name, message }) => `${name}: ${message}`)
  if (errors.length === 0 && allureStatus(status) === 'broken') said.push(status)
  const message = [...said, ...notes.map((note) => `Not known: ${note}`)].join('\n\n')
  return {
    ...(message !== '' && { message }),
    ...(flaky && { flaky }),
    ...(status === 'failed' && failed?.expected && { expected: failed.expected, actual: failed.actual ?? '' }),
  }
}

function labelsOf({ project, file, path }: Case, own: readonly Own[], run: RunLine): object[] {
  const suites = titlesOf(path).slice(0, -1)
  const topics = own.flatMap((line) => ('topic' in line && line.topic !== null && line.topic !== '*' ? line.topic : []))
  const labels: [name: string, value: string][] = [
    ['framework', run.runner.name],
    ['language', 'javascript'],
    ['parentSuite', project],
    ['suite', file ?? run.project],
    ['subSuite', suites.join(' > ')],
    // So that a report can be grouped by them: `allure awesome --group-by topic`.
    ...[...new Set(topics)].map((topic): [string, string] => ['topic', topic]),
  ]
  return labels.filter(([, value]) => value !== '').map(([name, value]) => ({ name, value }))
}

function environmentOf({ project, branch, commit, environment, cluster, runner, node, shard }: RunLine): string {
  const rows: Record<string, string | null> = {
    Project: project,
    Branch: branch,
    Commit: commit,
    Environment: environment,
    Cluster: cluster.kind,
    Runner: `${runner.name} ${runner.version}`,
    Node: node,
    Shard: shard === null ? null : `${shard.index} of ${shard.count}`,
  }
  return Object.entries(rows)
    .filter(([, value]) => value !== null)
    .map(([name, value]) => `${name}=${value!.replaceAll('\\', '\\\\').replaceAll(/\s+/g, ' ')}\n`)
    .join('')
}

function executorOf({ name, url, build, job }: NonNullable<RunLine['ci']>): object {
  const known = { name, type: name.toLowerCase(), buildName: job ?? build, buildUrl: url }
  return Object.fromEntries(Object.entries(known).filter(([, value]) => value !== null))
}

function json(value: unknown): string {
  return `${JSON.stringify(value, null, 1)}\n`
}

function hash(...of: readonly (string | number)[]): string {
  return createHash('sha256').update(JSON.stringify(of)).digest('hex')
}

/** The same for the same. */
function uuidOf(...of: readonly (string | number)[]): string {
  const hex = hash(...of)
  return [hex.slice(0, 8), hex.slice(8, 12), `8${hex.slice(13, 16)}`, `a${hex.slice(17, 20)}`, hex.slice(20, 32)].join(
    '-',
  )
}
