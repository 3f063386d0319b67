import type { VNode } from 'preact'
import { useMemo } from 'preact/hooks'
import { causesOf, causeText } from '../../run/causes.ts'
import type { RecordLine, TestLine } from '../../run/model.ts'
import { type Own, placeOf } from '../data/run-data.ts'
import { recordHref } from './record-link.tsx'

/** How many records that were made of one are listed. */
const SHOWN = 20

/** What a record goes back to, and what was made of it. */
export function Causes({ test, record, own }: { test: TestLine; record: RecordLine; own: Own }): VNode | null {
  const causes = useMemo(() => causesOf(own.records, own.events), [own])
  const place = placeOf(record)
  const cause = causes.get(place)
  const effects = own.records.filter((one, index) => {
    const of = causes.get(placeOf(one))
    const isFirst = own.records.findIndex((other) => placeOf(other) === placeOf(one)) === index
    return of !== undefined && isFirst && placeOf(of.record) === place
  })
  if (cause === undefined && effects.length === 0) return null
  return (
    <ul class="causes">
      {cause && (
        <li>
          Caused by <Place test={test} record={cause.record} /> ({causeText(cause)})
        </li>
      )}
      {effects.slice(0, SHOWN).map((effect) => (
        <li key={placeOf(effect)}>
          Caused <Place test={test} record={effect} /> ({causeText(causes.get(placeOf(effect))!)})
        </li>
      ))}
      {effects.length > SHOWN && <li>… and {effects.length - SHOWN} more</li>}
    </ul>
  )
}

function Place({ test, record }: { test: TestLine; record: RecordLine }): VNode {
  return (
    <a href={recordHref(test, record)}>
      <code>{placeOf(record)}</code>
    </a>
  )
}
