import type { VNode } from 'preact'
import type { CheckLine, TestLine } from '../../run/model.ts'
import { readFailure } from '../data/failure.ts'
import { type Own, placeOf } from '../data/run-data.ts'
import { duration } from '../format.ts'
import { Diff } from './diff.tsx'
import { RecordLink } from './record-link.tsx'

interface Props {
  test: TestLine
  own: Own
  check: CheckLine
}

/** What a check expected and what there was; of one that failed the closest record, the differences and the hints. */
export function CheckBody({ test, own, check }: Props): VNode {
  const { expected, actual, message, notes = [], paths, verdict, waited } = check
  const failure = readFailure(check)
  const isBad = verdict === 'failed'
  const isHidden = expected === null && actual === null && message === null
  const closest = own.records.find((record) => placeOf(record) === check.closest)
  return (
    <div class="check">
      {failure.hints.map((hint) => (
        <p class="hint" key={hint}>
          <b>Hint</b> {hint}
        </p>
      ))}
      {check.closest !== null && (
        <p class="closest">
          Closest record{' '}
          {closest === undefined ? <code>{check.closest}</code> : <RecordLink test={test} record={closest} />}
          {paths.length > 0 && <span class="paths"> differs in {paths.join(', ')}</span>}
        </p>
      )}
      {failure.diff.length > 0 && <Diff lines={failure.diff} />}
      {failure.diff.length === 0 && (expected !== null || actual !== null) && (
        <dl class="pair">
          <dt>Expected</dt>
          <dd>
            <pre class={isBad ? 'gone' : undefined}>{expected ?? 'not stored'}</pre>
          </dd>
          <dt>{isBad ? 'Received' : 'Found'}</dt>
          <dd>
            <pre class={isBad ? 'come' : undefined}>{actual ?? 'nothing that is stored'}</pre>
          </dd>
        </dl>
      )}
      {failure.facts.length > 0 && (
        <dl class="facts plain">
          {failure.facts.map(([label, text]) => (
            <div key={label}>
              <dt>{label}</dt>
              <dd>{text}</dd>
            </div>
          ))}
        </dl>
      )}
      {isHidden && <p class="note">What it expected and what there was is redacted, or was not stored.</p>}
      {waited !== undefined && <p class="note">It held by waiting for {duration(waited)}, and by nothing else.</p>}
      {notes.length > 0 && (
        <div class="note warn">
          <b>Not known</b>
          <ul>
            {notes.map((note) => (
              <li key={note}>{note}</li>
            ))}
          </ul>
        </div>
      )}
      {message !== null && (
        <details class="whole">
          <summary>The whole message</summary>
          <pre class="message">{message}</pre>
        </details>
      )}
    </div>
  )
}
