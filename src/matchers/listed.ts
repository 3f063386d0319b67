import { type Fact, stringify } from '../kafka/failure-message.ts'
import type { Arrived } from '../kafka/looking.ts'
import { placeOf } from '../kafka/record.ts'
import { seenOf } from '../kafka/waiting.ts'
import type { Show } from '../redaction/shown.ts'

/** Of so many the first are shown. */
const SHOWN = 8

/** The records that there were, for a message; nothing where there were none that can be read. */
export async function listed({ stored, decoder }: Arrived, show: Show): Promise<Fact[]> {
  const { records } = await seenOf({ stored: stored.slice(0, SHOWN), decoder })
  const lines = records.map(({ record }) => {
    const { key, value } = record
    return `${placeOf(record)} ${stringify(show({ key, value }))}`
  })
  if (lines.length === 0) return []
  if (stored.length > SHOWN) lines.push(`… ${stored.length - SHOWN} more`)
  return [['Records', lines]]
}
