import type { Line } from '../run/model.ts'
import { lineSchema } from '../run/schema.ts'
import type { Store } from './store.ts'
import { type Damage, isOfFuture } from './summary.ts'

/** How many problems of one run are told. */
const TOLD = 5

/** Reads a run whole and holds every line against the model. */
export function verifyRun(store: Store, id: string): Damage[] {
  const { lines, damaged } = store.read(id, problemInModel)
  const path = store.file(id)
  const found: Damage[] = [...damaged]
  if (lines[0]?.type === 'run' && isOfFuture(lines[0])) return found
  found.push(...outOfOrder(lines, store.state(id)).map((problem) => ({ path, problem })))
  if (found.length <= TOLD) return found
  return [...found.slice(0, TOLD), { path, problem: `${found.length - TOLD} more` }]
}

/** What of a line is not of the model: it names fields, never what stands in them. */
export function problemInModel(line: unknown): string | undefined {
  const result = lineSchema.safeParse(line)
  if (result.success) return undefined
  const type = (line as Partial<Line> | null)?.type
  const kind = typeof type === 'string' ? type : 'of no type'
  return `(${kind}): ${result.error.issues[0]?.path.join('.') || 'it'} is not of the model`
}

function outOfOrder(lines: readonly Line[], state: 'ended' | 'running' | 'lost'): string[] {
  const problems: string[] = []
  if (lines[0]?.type !== 'run') problems.push('its first line is no run line')
  if (state === 'ended' && lines.at(-1)?.type !== 'end') problems.push('it is cut off: its end is missing')
  const tests = new Set<string>()
  for (const line of lines) {
    if (line.type === 'test') {
      if (tests.has(line.id)) problems.push(`test ${line.id} is there twice`)
      tests.add(line.id)
    } else if ('test' in line && !tests.has(line.test)) {
      problems.push(`a ${line.type} belongs to a test that is not there before it`)
    }
  }
  return problems
}
