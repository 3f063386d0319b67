import { hidesRecords, type RecordPart } from './redaction.ts'
import type { Part, Sensitive } from './scrubber.ts'
import type { RedactedTest } from './test.ts'

/**
 * What must not be told of a test: the record data that it had in hand, and what lies in the logs that it could see, as
 * an application's records may be known to it by other ways than ours.
 */
export async function sensitiveOf(test: RedactedTest): Promise<Sensitive> {
  const { redaction, data, ownMessages } = test
  const logged = hidesRecords(redaction) ? await test.logged() : []
  return { redaction, own: ownMessages, parts: [...data.noted, ...logged].flatMap(partsOf) }
}

/** The parts of a record, of an input or of a pattern. */
export function partsOf(record: unknown): Part[] {
  if (typeof record !== 'object' || record === null) return []
  const { topic = '', key, value, headers = [] } = record as Record<string, unknown> & { topic?: string }
  const place = { topic, direction: 'received' } as const
  const part = (content: unknown, target: RecordPart['target'], name?: string): Part[] =>
    content === null || content === undefined ? [] : [{ content, place: { ...place, target, ...(name && { name }) } }]
  const pairs = Array.isArray(headers) ? headers : Object.entries(headers as object)
  return [
    ...part(key, 'key'),
    ...part(value, 'value'),
    ...pairs.flatMap(([name, content]: [string, unknown]) => part(content, 'header', name)),
  ]
}
