import type { VNode } from 'preact'
import type { TestLine } from '../../run/model.ts'
import type { Own } from '../data/run-data.ts'
import { aboutOf, isBad, kindOf, recordsOf, type Step } from '../data/steps.ts'
import { bytes, duration, number, plural } from '../format.ts'
import { CheckBody } from '../parts/check-body.tsx'
import { RecordLink } from '../parts/record-link.tsx'
import { Status } from '../parts/status.tsx'
import { setQuery } from '../route.ts'

/** How many records of a step are shown. */
const SHOWN = 50

/** A step that was chosen, with all that is stored of it. */
export function Details({ test, own, step }: { test: TestLine; own: Own; step: Step }): VNode {
  const records = step.type === 'check' ? [] : recordsOf(step, own)
  return (
    <section class={`card details ${isBad(step) ? 'fail' : ''}`} aria-label="The chosen step">
      <h2>
        {step.type !== 'event' && <Status of={isBad(step) ? 'failed' : 'passed'} />}
        <span>
          {kindOf(step)} <code>{aboutOf(step)}</code>
        </span>
        <button type="button" class="close" aria-label="Close" onClick={() => setQuery({ step: '' })}>
          ×
        </button>
      </h2>
      <dl class="facts plain">
        {factsOf(step).map(([label, text]) => (
          <div key={label}>
            <dt>{label}</dt>
            <dd>{text}</dd>
          </div>
        ))}
      </dl>
      {step.type === 'check' && <CheckBody test={test} own={own} check={step} />}
      {step.type === 'task' && step.error !== null && (
        <pre class="message">{`${step.error.name}: ${step.error.message}`}</pre>
      )}
      {records.length > 0 && (
        <ul class="records">
          {records.slice(0, SHOWN).map((record) => (
            <li key={`${record.topic} ${record.partition} ${record.offset}`}>
              <RecordLink test={test} record={record} />
            </li>
          ))}
        </ul>
      )}
      {records.length > SHOWN && <p class="note">{plural(records.length - SHOWN, 'record')} more</p>}
    </section>
  )
}

function factsOf(step: Step): [string, string][] {
  const facts: [string, string | null][] = [['At', duration(step.at)]]
  if (step.type === 'event')
    facts.push(['By', step.by], ['Detail', step.detail], ['Size', step.bytes === null ? null : bytes(step.bytes)])
  else facts.push(['Took', duration(step.duration)])
  if (step.type !== 'check') facts.push(['Group', step.group])
  if (step.type === 'task') {
    facts.push(['Records', number(step.records)], ['Size', bytes(step.bytes)], ['Rate', rateOf(step)])
  }
  return facts.filter((fact): fact is [string, string] => Boolean(fact[1]))
}

/** Of one record it would tell nothing. */
function rateOf({ records, duration: took }: { records: number; duration: number }): string | null {
  return records < 10 || took <= 0 ? null : `${number(Math.round((1000 * records) / took))} records a second`
}
