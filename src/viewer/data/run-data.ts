import type { PageHead } from '../../history/report/page-head.ts'
import type {
  CheckLine,
  EndLine,
  ErrorLine,
  EventLine,
  Line,
  RecordLine,
  RunLine,
  TaskLine,
  TestLine,
} from '../../run/model.ts'

/** What an attempt of a test did, each in the order in which it happened. */
export interface Own {
  tasks: TaskLine[]
  events: EventLine[]
  records: RecordLine[]
  checks: CheckLine[]
}

/** A run as the pages read it. */
export interface RunData {
  head: PageHead
  run: RunLine
  end: EndLine | null
  tests: TestLine[]
  errors: ErrorLine[]
  /** How many lines there are of each type. */
  counts: Map<string, number>
  /** Lines that can't be read. */
  damaged: number
  own(test: string, attempt: number): Own
}

const nothing: Own = { tasks: [], events: [], records: [], checks: [] }

/** @throws Error where the page holds no run that this version reads. */
export function readRun(text: string): RunData {
  const [first, ...lines] = parseLines(text)
  const head = first as PageHead | undefined
  const run = lines.shift() as RunLine | undefined
  if (head?.type !== 'page' || run?.type !== 'run') throw new Error('The page holds no run: it was cut off.')
  const data = { tests: [] as TestLine[], errors: [] as ErrorLine[], end: null as EndLine | null, damaged: 0 }
  const counts = new Map<string, number>([['run', 1]])
  const owns = new Map<string, Own>()
  const ownOf = (line: { test: string; attempt: number }): Own => {
    const key = `${line.attempt} ${line.test}`
    const own = owns.get(key) ?? { tasks: [], events: [], records: [], checks: [] }
    owns.set(key, own)
    return own
  }
  for (const line of lines as (Line | undefined)[]) {
    if (line === undefined) {
      data.damaged += 1
      continue
    }
    counts.set(line.type, (counts.get(line.type) ?? 0) + 1)
    if (line.type === 'test') data.tests.push(line)
    else if (line.type === 'error') data.errors.push(line)
    else if (line.type === 'end') data.end = line
    else if (line.type === 'task') ownOf(line).tasks.push(line)
    else if (line.type === 'event') ownOf(line).events.push(line)
    else if (line.type === 'record') ownOf(line).records.push(line)
    else if (line.type === 'check') ownOf(line).checks.push(line)
  }
  return { ...data, head, run, counts, own: (test, attempt) => owns.get(`${attempt} ${test}`) ?? nothing }
}

/** Of a line that is no JSON, for the file was cut off, undefined. */
function parseLines(text: string): unknown[] {
  const lines = text.split('\n').filter((line) => line !== '')
  return lines.map((line) => {
    try {
      return JSON.parse(line) as unknown
    } catch {
      return undefined
    }
  })
}

/** Whether it did not go as it should. */
export function hasFailed({ status }: { status: TestLine['status'] }): boolean {
  return status !== 'passed' && status !== 'skipped'
}

/** `topic/partition@offset`, as the closest record of a check is named. */
export function placeOf({ topic, partition, offset }: Pick<RecordLine, 'topic' | 'partition' | 'offset'>): string {
  return `${topic}/${partition}@${offset}`
}
