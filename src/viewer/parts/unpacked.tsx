import type { VNode } from 'preact'
import { useEffect } from 'preact/hooks'
import type { RunData } from '../data/run-data.ts'

interface Props {
  data: RunData
  /** The test of which it is wanted; all tests without one. */
  test?: string
  /** What is waited for: "what the test did". */
  what: string
  children: () => VNode | null
}

/** What needs what tests did: a file unpacks it now. Said while that lasts, and where the file does not hold it. */
export function Unpacked({ data: { packed }, test, what, children }: Props): VNode {
  useEffect(() => void packed?.open(test), [packed, test])
  const wanted = packed?.of(test) ?? []
  if (wanted.some(({ state }) => state.value === 'packed'))
    return (
      <p class="note waiting" role="status">
        Reading {what} …
      </p>
    )
  const isWhole = wanted.every(({ state }) => state.value === 'here')
  return (
    <>
      {!isWhole && (
        <p class="note warn" role="alert">
          {test === undefined ? `Not all of ${what}` : `Nothing of ${what}`} can be read: this file was cut off. Make it
          anew where the run is stored: <code>npx kafka-testkit report</code>
        </p>
      )}
      {(isWhole || test === undefined) && children()}
    </>
  )
}
