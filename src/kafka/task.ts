import { randomUUID } from 'node:crypto'
import { now } from '../base/clock.ts'
import type { StoredRecord } from '../cluster/cluster.ts'
import { scrubErrors } from '../redaction/scrub.ts'
import { noteOwn } from '../redaction/shown.ts'
import type { TaskLine } from '../run/model.ts'
import { recordLine } from '../run/preview.ts'
import { RECORDS_KEPT } from '../run/recorder.ts'
import { currentCaller } from './caller.ts'
import { errorOf } from './error.ts'
import { serdeName } from './record.ts'
import type { Scope } from './scope.ts'

/** A task while it runs: what it moved is told to it, for the history. */
export interface Task {
  moved(records: readonly StoredRecord[], serdes: NamedSerdes): void
}

interface NamedSerdes {
  readonly key: { readonly name?: string }
  readonly value: { readonly name?: string }
}

export interface TaskKind {
  kind: TaskLine['kind']
  topic: string
  group?: string
}

/** Runs one thing that a test does to a system, and records when it began, how long it took and what it moved. */
export async function runTask<T>(
  scope: Scope,
  { kind, topic, group }: TaskKind,
  work: (task: Task) => Promise<T>,
): Promise<T> {
  const id = randomUUID()
  const began = now()
  const line: TaskLine = {
    type: 'task',
    id,
    test: scope.testId,
    attempt: scope.attempt,
    kind,
    topic,
    group: group ?? null,
    at: began - scope.began.at,
    duration: 0,
    status: 'passed',
    error: null,
    records: 0,
    bytes: 0,
  }
  const direction = kind === 'produce' ? 'produced' : 'received'
  const running = { what: `${kind} on ${topic}`, caller: currentCaller(), awaited: false }
  scope.unfinished.add(running)
  try {
    return await work({
      moved(records, serdes) {
        const serde = { key: serdeName(serdes.key), value: serdeName(serdes.value) }
        for (const record of records) {
          line.records += 1
          line.bytes += (record.key?.length ?? 0) + (record.value?.length ?? 0)
          if (line.records > RECORDS_KEPT) continue
          const { testId: test, attempt } = scope
          scope.recorder.write(recordLine(record, { test, attempt, task: id, direction, serde }, scope.redaction))
        }
      },
    })
  } catch (error) {
    line.status = 'failed'
    noteOwn(scope, error)
    line.error = await toldError(scope, error)
    throw error
  } finally {
    scope.unfinished.delete(running)
    line.duration = now() - began
    scope.recorder.write(line)
  }
}

async function toldError(scope: Scope, error: unknown): Promise<TaskLine['error']> {
  const [told] = await scrubErrors(scope, [error])
  const { name, message } = errorOf(told)
  return { name, message }
}
