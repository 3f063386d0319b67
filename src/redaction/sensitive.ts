import type { Scope } from '../kafka/scope.ts'
import type { Place } from './redaction.ts'
import type { Part, Sensitive } from './scrubber.ts'

/**
 * What must not be told of a test: the record data that it had in hand, and what lies in the logs that it could see, as
 * an application's records may be known to it by other ways than ours.
 */
export async function sensitiveOf(scope: Scope): Promise<Sensitive> {
  const { redaction, data, ownMessages } = scope
  const logged = redaction.records || redaction.rules !== undefined ? await readLogs(scope) : []
  return { redaction, own: ownMessages, parts: [...data.noted, ...logged].flatMap(partsOf) }
}

/** What lies in the logs is about to be forgotten: it may be in an error of the test all the same. */
export async function noteLogs(scope: Scope): Promise<void> {
  const { records, rules } = scope.redaction
  if (records || rules !== undefined) scope.data.note(...(await readLogs(scope)))
}

/** On a real cluster the topics of the test only: who knows what else lies there. */
async function readLogs({ cluster, touched, timeline }: Scope): Promise<unknown[]> {
  const seen = new Set([...touched, ...timeline.map(({ topic }) => topic)])
  const topics = await cluster.topics().catch(() => [])
  const all = topics.filter(({ name }) => (cluster.deterministic ? !name.startsWith('__') : seen.has(name)))
  const logs = await Promise.all(
    all.map(({ name }) =>
      cluster
        .reader(name, 'beginning')
        .read()
        .catch(() => []),
    ),
  )
  return logs.flat()
}

/** The parts of a record, of an input or of a pattern. */
export function partsOf(record: unknown): Part[] {
  if (typeof record !== 'object' || record === null) return []
  const { topic = '', key, value, headers = [] } = record as Record<string, unknown> & { topic?: string }
  const place = { topic, direction: 'received' } as const
  const part = (content: unknown, target: Place['target'], name?: string): Part[] =>
    content === null || content === undefined ? [] : [{ content, place: { ...place, target, ...(name && { name }) } }]
  const pairs = Array.isArray(headers) ? headers : Object.entries(headers as object)
  return [
    ...part(key, 'key'),
    ...part(value, 'value'),
    ...pairs.flatMap(([name, content]: [string, unknown]) => part(content, 'header', name)),
  ]
}
