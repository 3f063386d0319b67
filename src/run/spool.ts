import { appendFileSync, closeSync, openSync } from 'node:fs'
import { join } from 'node:path'
import { setImmediate } from '../base/clock.ts'
import { mayHoldSecrets, secretsOf, withoutSecrets } from '../redaction/secrets.ts'
import { type FileRecorder, RECORDS_KEPT, type SpoolLine } from './recorder.ts'

/** How many lines of a kind one attempt may leave: evidence, not an archive. The metrics count all of them. */
const LIMITS: Partial<Record<SpoolLine['type'], number>> = {
  record: RECORDS_KEPT,
  event: 2000,
  check: 1000,
  task: 1000,
}

const recorders = new Map<string, FileRecorder>()
/** Taken before a test may mock it. */
const { random } = Math

/**
 * Writes the lines of this worker to a file of its own in `folder`, from where the reporter joins them with the
 * runner's results. What a worker that crashes did is there: a task or a check goes out with its verdict, as the test's
 * next statement may take the worker down, all else in the next turn of the event loop.
 */
export function spoolRecorder(folder: string): FileRecorder {
  const known = recorders.get(folder)
  if (known !== undefined) return known
  // Threads have one process id. Not by node:crypto, whose import costs each test file milliseconds.
  const made = createRecorder(join(folder, `${process.pid}-${random().toString(36).slice(2)}.ndjson`))
  recorders.set(folder, made)
  return made
}

function createRecorder(path: string): FileRecorder {
  /** Open while a test file runs: to open it anew for each flush was most of what recording costs. */
  let descriptor: number | undefined
  let pending: string[] = []
  let scheduled = false
  let broken = false
  const counts = new Map<string, number>()
  /** Read with the first line: to go through the environment is half a millisecond, and most test files write nothing. */
  let secrets: readonly string[] | undefined

  function flush(): void {
    if (pending.length === 0 || broken) return
    const text = pending.join('')
    pending = []
    try {
      descriptor ??= openSync(path, 'a', 0o600)
      appendFileSync(descriptor, text)
    } catch (error) {
      broken = true
      console.warn(`kafka-testkit: no more is recorded of this run: ${(error as Error).message}`)
    }
  }

  return {
    write(line) {
      if (broken || isOverLimit(line, counts)) return
      secrets ??= secretsOf(process.env)
      pending.push(`${toJson(line, secrets)}\n`)
      if (line.type === 'task' || line.type === 'check') return flush()
      if (scheduled) return
      scheduled = true
      setImmediate(() => {
        scheduled = false
        flush()
      })
    },
    flush,
    close() {
      flush()
      if (descriptor !== undefined) closeSync(descriptor)
      descriptor = undefined
    },
  }
}

function isOverLimit(line: SpoolLine, counts: Map<string, number>): boolean {
  if (line.type === 'attempt') counts.clear()
  const limit = LIMITS[line.type]
  if (limit === undefined || line.type === 'topics') return false
  const id = `${line.type} ${line.test} ${line.attempt}`
  const count = (counts.get(id) ?? 0) + 1
  counts.set(id, count)
  return count > limit
}

/** JSON of a line, without secrets. */
function toJson(line: SpoolLine, secrets: readonly string[]): string {
  try {
    const text = JSON.stringify(line)
    if (!mayHoldSecrets(text, secrets)) return text
  } catch {
    // A BigInt or a cycle, which the slow way takes.
  }
  return carefulJson(line, secrets)
}

/** JSON of whatever a test put into a pattern: a BigInt or a cycle must not cost it its evidence. */
function carefulJson(line: SpoolLine, secrets: readonly string[]): string {
  const ancestors: object[] = []
  return JSON.stringify(line, function (this: object, _, value: unknown) {
    if (typeof value === 'bigint') return `${value}n`
    if (typeof value === 'string') return withoutSecrets(value, secrets)
    if (typeof value !== 'object' || value === null) return value
    while (ancestors.length > 0 && ancestors.at(-1) !== this) ancestors.pop()
    if (ancestors.includes(value)) return '[cycle]'
    ancestors.push(value)
    return value
  })
}
