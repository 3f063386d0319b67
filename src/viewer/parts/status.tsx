import type { VNode } from 'preact'
import type { TestLine } from '../../run/model.ts'

export type Shown = TestLine['status'] | 'flaky' | 'lost' | 'running' | 'error'

/** Each is told by its shape and its word too, not by colour alone. */
const marks: Readonly<Record<Shown, string>> = {
  passed: '✓',
  failed: '✗',
  skipped: '–',
  'timed out': '✗',
  crashed: '✗',
  flaky: '≈',
  lost: '?',
  running: '…',
  error: '✗',
}

/** How something ended, as a mark; with `word` as a mark and the word. */
export function Status({ of, word = false }: { of: Shown; word?: boolean }): VNode {
  return (
    <span class={`status ${of.replace(' ', '-')}`} title={word ? undefined : of}>
      <span class="mark" aria-hidden="true">
        {marks[of]}
      </span>
      <span class={word ? 'word' : 'sr'}>{of}</span>
    </span>
  )
}

/** A test that passed, but not at once, is shown as flaky. */
export function statusOf({ status, flaky }: Pick<TestLine, 'status' | 'flaky'>): Shown {
  return flaky ? 'flaky' : status
}
