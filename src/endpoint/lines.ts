import { isUtf8 } from 'node:buffer'
import type { z } from 'zod'
import type { ClusterLine, EndLine, Line, TaskLine, TestLine } from '../run/model.ts'
import { lineSchema } from '../run/schema.ts'
import { Problem } from './problem.ts'

/** Where in a chunk's NDJSON lines of one test stand, one after the other. */
export interface Segment {
  test: string
  start: number
  length: number
}

/** A chunk, read once and found right. */
export interface ReadChunk {
  clusters: ClusterLine[]
  tests: TestLine[]
  tasks: TaskLine[]
  end: EndLine | null
  segments: Segment[]
}

/**
 * Reads a chunk's NDJSON and holds every line against the model. `inspect` sees each line with its number (from 1) and
 * may refuse it.
 *
 * @throws Problem 422 that names the line and the field, never what stands there.
 */
export function readChunk(raw: Buffer, inspect: (line: Line, number: number) => void): ReadChunk {
  if (!isUtf8(raw)) throw invalid('the chunk is not UTF-8')
  const chunk: ReadChunk = { clusters: [], tests: [], tasks: [], end: null, segments: [] }
  for (const { number, start, stop } of linesIn(raw)) {
    if (chunk.end !== null) throw invalid(`line ${number} comes after the end line`)
    const line = readLine(raw.toString('utf8', start, stop), number)
    inspect(line, number)
    add(chunk, line, number, start, stop)
  }
  return chunk
}

/** Where the lines of each test are, in a chunk that was read before. */
export function segmentsOf(raw: Buffer): Segment[] {
  const segments: Segment[] = []
  for (const { start, stop } of linesIn(raw)) {
    addSegment(segments, JSON.parse(raw.toString('utf8', start, stop)) as Line, start, stop)
  }
  return segments
}

function* linesIn(raw: Buffer): Generator<{ number: number; start: number; stop: number }> {
  let number = 0
  for (let start = 0; start < raw.length; ) {
    const newline = raw.indexOf(10, start)
    const stop = newline < 0 ? raw.length : newline
    number += 1
    if (stop > start) yield { number, start, stop }
    start = stop + 1
  }
}

/** The lines of a chunk that was read before; only those whose text may be meant, where most are not. */
export function parseLines(raw: Buffer, isMeant: (text: string) => boolean = () => true): Line[] {
  return raw
    .toString('utf8')
    .split('\n')
    .filter((text) => text !== '' && isMeant(text))
    .map((text) => JSON.parse(text) as Line)
}

function readLine(text: string, number: number): Line {
  let value: unknown
  try {
    value = JSON.parse(text)
  } catch {
    throw invalid(`line ${number} is no JSON`)
  }
  const { success, data, error } = lineSchema.safeParse(value)
  if (success) return data
  throw invalid(`line ${number}, ${describe(error.issues[0]!)}`)
}

/** A sentence about what is wrong, without the value. */
function describe(issue: z.core.$ZodIssue): string {
  const field = issue.path.length === 0 ? 'the whole line' : `field ${issue.path.map(String).join('.')}`
  if (issue.code === 'unrecognized_keys') {
    const names = issue.keys.map((key) => `"${key.slice(0, 50)}"`).join(', ')
    return `${field}: the model has no ${names}; is the endpoint older than what uploads?`
  }
  if (issue.code === 'invalid_type') return `${field}: ${issue.expected} is wanted`
  if (issue.code === 'invalid_value') return `${field}: one of ${issue.values.join(', ')} is wanted`
  if (issue.code === 'invalid_union') return `${field}: the model has no such type`
  return `${field}: not as the model has it`
}

function add(chunk: ReadChunk, line: Line, number: number, start: number, stop: number): void {
  if (line.type === 'run') throw invalid(`line ${number} is a run line: it is sent once, with PUT /v1/runs/{id}`)
  if (line.type === 'test') chunk.tests.push(line)
  if (line.type === 'task') chunk.tasks.push(line)
  if (line.type === 'cluster') chunk.clusters.push(line)
  if (line.type === 'end') chunk.end = line
  if (testOf(line)?.includes('\0')) throw invalid(`line ${number}: the id of a test has a NUL`)
  addSegment(chunk.segments, line, start, stop)
}

/** As whose lines the errors outside of tests are found: no test has this id. */
export const OUTSIDE = ''

/** The id of the test that a line is of, as the runner gave it; undefined for a line of the run. */
export function testOf(line: Line): string | undefined {
  if (line.type === 'run' || line.type === 'cluster' || line.type === 'end') return undefined
  if (line.type === 'error') return OUTSIDE
  return line.type === 'test' ? line.id : line.test
}

function addSegment(segments: Segment[], line: Line, start: number, stop: number): void {
  const test = testOf(line)
  if (test === undefined) return
  const last = segments.at(-1)
  if (last?.test === test) last.length = stop - last.start
  else segments.push({ test, start, length: stop - start })
}

function invalid(detail: string): Problem {
  return new Problem(422, 'not the model', detail)
}
