import type { VNode } from 'preact'
import type { RecordLine, TestLine } from '../../run/model.ts'
import { shortText } from '../data/preview-text.ts'
import { placeOf } from '../data/run-data.ts'
import { href } from '../route.ts'

export function recordHref(test: Pick<TestLine, 'id'>, { topic, partition, offset, attempt }: RecordLine): string {
  return href(['record', test.id, topic, partition, offset], { attempt: attempt || undefined })
}

/** A record in a few words, as a link to its page. */
export function RecordLink({ test, record }: { test: TestLine; record: RecordLine }): VNode {
  return (
    <a class="record-link" href={recordHref(test, record)}>
      <code>{placeOf(record)}</code>
      <span class="key">{shortText(record.key, 'no key')}</span>
      <span class="value">{shortText(record.value, 'tombstone')}</span>
    </a>
  )
}
