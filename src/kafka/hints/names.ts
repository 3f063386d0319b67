import { misspelt } from '../../base/nearest.ts'
import { isPlainObject } from '../../base/plain-object.ts'
import { hidesRecords } from '../../redaction/redaction.ts'
import { showing } from '../../redaction/shown.ts'
import type { Subject } from '../diagnosis.ts'
import type { ReceivedRecord } from '../record.ts'
import type { Hint } from './circumstances.ts'

/** Of so many names the first are listed. */
const LISTED = 12

/**
 * A field or a header that the pattern asks for and no record of the topic has, with the name that was meant. Without
 * such a name it is told where nothing else differs: else the closest record may well be one of another kind.
 */
export const noSuchName: Hint = ({ closest, seen, topic }) => {
  if (closest === undefined) return undefined
  const { record } = closest.one
  const { mismatches } = closest.comparison
  for (const { path, received } of mismatches) {
    const parents = path.slice(0, -1)
    const name = String(path.at(-1))
    const there = namesAt(record, parents, topic)
    if (received !== undefined || there === undefined || !isShown(name, parents, topic)) continue
    if (seen.records.some((one) => Object.hasOwn(Object(at(one.record, parents)), name))) continue
    const meant = misspelt(name, there)
    if (meant === undefined && mismatches.length > 1) continue
    const missing =
      parents[0] === 'headers' ? `there is no header ${name}` : `${parents.join('.')} has no field ${name}`
    return `${missing}${meant === undefined ? '' : `: did you mean ${meant}?`} (there are ${listNames(there)})`
  }
  return undefined
}

/** The names of an object in a record, as far as they may be shown: those of properties are data as their values are. */
function namesAt(record: ReceivedRecord, path: readonly (string | number)[], topic: Subject): string[] | undefined {
  const { redaction } = topic.scope
  if (path.length === 0 || (path[0] !== 'headers' && hidesRecords(redaction))) return undefined
  const shown = path[0] === 'headers' ? showing(topic.name, redaction)({ headers: record.headers }) : record
  const parent = at(shown, path)
  return isPlainObject(parent) ? Object.keys(parent) : undefined
}

/** Rules may hide the name of a header, or change it. */
function isShown(name: string, path: readonly (string | number)[], { name: topic, scope }: Subject): boolean {
  if (path[0] !== 'headers') return true
  const { rules } = scope.redaction
  return rules === undefined || rules.headerName(name, topic, 'received') === name
}

function at(value: unknown, path: readonly (string | number)[]): unknown {
  return path.reduce<unknown>((inner, key) => (inner as Record<string, unknown> | null | undefined)?.[key], value)
}

function listNames(names: readonly string[]): string {
  if (names.length === 0) return 'none'
  const more = names.length > LISTED ? [`… ${names.length - LISTED} more`] : []
  return [...names.slice(0, LISTED), ...more].join(', ')
}
