import { isPlainObject } from '../../base/plain-object.ts'
import { hidesRecords } from '../../redaction/redaction.ts'
import { pathsOf } from '../../redaction/shown.ts'
import { milliseconds } from '../failure-message.ts'
import { compare } from '../patterns.ts'
import { firstBytes, placeOf } from '../record.ts'
import type { Seen } from '../waiting.ts'
import { type Circumstances, firstMatch, type Hint } from './circumstances.ts'

/** Which key or value could not be decoded, why, and how it begins. */
export function undecodable({
  seen,
  topic,
}: Pick<Circumstances, 'topic'> & { seen: Pick<Seen, 'undecodable'> }): string | undefined {
  const [first] = seen.undecodable
  if (first === undefined) return undefined
  const { stored, part, serde, error } = first
  const failed = `the ${part} of ${placeOf(stored)} could not be decoded by serde "${serde}"`
  if (hidesRecords(topic.scope.redaction)) return `${failed}: ${error.name} (record data is redacted)`
  return `${failed}: ${error.message}. ` + `It begins with ${firstBytes(stored[part])}`
}

export const arrivedLate: Hint = async (circumstances) => {
  const { topic, deadline } = circumstances
  const late = await firstMatch(circumstances, topic.name, ({ appendedAt }) => appendedAt > deadline)
  if (late === undefined) return undefined
  const after = milliseconds(late.stored.appendedAt - deadline)
  return `a record that matches, ${placeOf(late.record)}, arrived ${after} after the deadline: raise the timeout`
}

export const afterAnEarlierDeadline: Hint = ({ topic: { name, scope }, seen }) => {
  for (const { matcher, topic, deadline, wanted } of scope.pastDeadlines) {
    if (topic !== name) continue
    const late = seen.records.find(({ stored, record }) => stored.appendedAt > deadline && wanted(record))
    if (late === undefined) continue
    const after = milliseconds(late.stored.appendedAt - deadline)
    return `${placeOf(late.record)} arrived ${after} after the deadline of an earlier ${matcher}() that waited for it: raise its timeout`
  }
  return undefined
}

export const otherPartition: Hint = ({ seen, patterns, testers }) => {
  for (const pattern of patterns) {
    if (!isPlainObject(pattern) || pattern.partition === undefined) continue
    const { partition, ...rest } = pattern
    const found = seen.records.find(({ record }) => compare(record, rest, testers).pass)
    if (found === undefined) continue
    const { record } = found
    return `a record that else matches came to partition ${record.partition}, not ${String(partition)}: ${placeOf(record)}`
  }
  return undefined
}

export const otherType: Hint = ({ closest, topic }) => {
  for (const mismatch of closest?.comparison.mismatches ?? []) {
    const { path, expected, received } = mismatch
    if (typeof expected === typeof received || typeof expected === 'object' || typeof received === 'object') continue
    if (String(expected) !== String(received)) continue
    const { redaction } = topic.scope
    if (hidesRecords(redaction)) {
      const paths = pathsOf({ mismatches: [mismatch] }, redaction).join('')
      return `${paths} has ${typeof received}, expected is ${typeof expected}: only the type differs`
    }
    const shown = (value: unknown): string => `the ${typeof value} ${JSON.stringify(value)}`
    return `${path.join('.')} is ${shown(received)}, expected is ${shown(expected)}: only the type differs`
  }
  return undefined
}
