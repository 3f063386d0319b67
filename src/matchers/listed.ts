import { type Fact, stringify } from '../kafka/message.ts'
import { placeOf, type SeenRecord } from '../kafka/record.ts'
import type { Show } from '../kafka/shown.ts'

/** Of so many the first are shown. */
const SHOWN = 8

/** The records that there were, for a message. */
export function listed(records: readonly SeenRecord[], show: Show): Fact {
  const lines = records.slice(0, SHOWN).map(({ record }) => {
    const { key, value } = record
    return `${placeOf(record)} ${stringify(show({ key, value }))}`
  })
  if (records.length > SHOWN) lines.push(`… ${records.length - SHOWN} more`)
  return ['Records', lines]
}
