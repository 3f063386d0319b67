import { readFileSync } from 'node:fs'
import type { Line, RunLine } from '../run/model.ts'
import { type Damage, futureSchema, isOfFuture, parse } from './summary.ts'

export interface ReadLines {
  lines: Line[]
  /** What of the file can't be read. */
  damaged: Damage[]
}

export interface RunFile {
  run: RunLine
  ended: boolean
  /** All lines behind the first. */
  lines: Buffer
}

/**
 * The lines of a run's file; those that can't be read, or of which `problemOf` says something, are told apart. What a
 * newer version wrote nobody here can judge.
 */
export function readLines(path: string, problemOf: (line: unknown) => string | undefined = problemOfType): ReadLines {
  const damaged: Damage[] = []
  const lines: Line[] = []
  let isKnown = true
  let number = 0
  for (const text of textsOf(readFileSync(path))) {
    number += 1
    if (text === '') continue
    const line = parse(text)
    if (number === 1 && (line as Line | null | undefined)?.type === 'run') isKnown = !isOfFuture(line as RunLine)
    const problem = line === undefined ? 'is no JSON (the file is cut off)' : isKnown ? problemOf(line) : undefined
    if (problem !== undefined) damaged.push({ path, problem: `line ${number} ${problem}` })
    else lines.push(line as Line)
  }
  const [first] = lines
  if (first?.type === 'run' && !isKnown) damaged.push({ path, problem: futureSchema(first) })
  return { lines, damaged }
}

/**
 * A run's file as it is, up to its last whole line.
 *
 * @throws Error where it is no run's, or none that this version reads.
 */
export function readRunFile(path: string): RunFile {
  const bytes = readFileSync(path)
  const first = bytes.indexOf(10) + 1
  const run = parse(bytes.toString('utf8', 0, first)) as RunLine | undefined
  if (run?.type !== 'run') throw new Error(`${path} is no run of kafka-testkit`)
  if (isOfFuture(run)) throw new Error(`${path}: ${futureSchema(run)}`)
  const lines = bytes.subarray(first, bytes.lastIndexOf(10) + 1)
  // A process may be killed behind its last line, and before the rename.
  const lastLine = lines.subarray(lines.lastIndexOf(10, -2) + 1)
  return { run, ended: lastLine.toString('utf8', 0, 13) === '{"type":"end"', lines }
}

/** The least that whoever reads lines relies on. */
function problemOfType(line: unknown): string | undefined {
  const isTyped = typeof line === 'object' && line !== null && 'type' in line && typeof line.type === 'string'
  return isTyped ? undefined : 'is of no type'
}

/** The lines of a file, each a string of its own: of all of them together Node makes none beyond 512 MiB. */
function* textsOf(bytes: Buffer): Generator<string> {
  for (let at = 0; at < bytes.length; ) {
    const newline = bytes.indexOf(10, at)
    const end = newline < 0 ? bytes.length : newline
    yield bytes.toString('utf8', at, end)
    at = end + 1
  }
}
