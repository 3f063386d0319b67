import type { VNode } from 'preact'
import type { RunLine } from '../../run/model.ts'
import { href } from '../route.ts'

/** Marks of what is redacted in all of the run. */
export function Redactions({ run: { redacted } }: { run: RunLine }): VNode | null {
  const what = [redacted.records && 'record data', redacted.checks && 'check data'].filter(Boolean).join(' and ')
  return what === '' ? null : (
    <a class="tag" href={href(['data'])}>
      {what} redacted
    </a>
  )
}
