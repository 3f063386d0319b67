import type { VNode } from 'preact'
import { useMemo } from 'preact/hooks'
import type { TestLine } from '../../run/model.ts'
import { shortText } from '../data/preview-text.ts'
import type { Own } from '../data/run-data.ts'
import { aboutOf, isBad, kindOf, recordsOf, type Step } from '../data/steps.ts'
import { duration, plural } from '../format.ts'
import { recordHref } from '../parts/record-link.tsx'
import { chosenTab, Tabs } from '../parts/tabs.tsx'
import { VirtualList } from '../parts/virtual-list.tsx'
import { href, route, setQuery } from '../route.ts'

const ROW = 36

const kinds = [
  ['all', 'All'],
  ['records', 'Records'],
  ['tasks', 'Tasks'],
  ['checks', 'Checks'],
  ['groups', 'Groups'],
] as const

interface Props {
  test: TestLine
  own: Own
  steps: readonly Step[]
  selected: number | null
}

/** What an attempt did, step by step. */
export function Steps({ test, own, steps, selected }: Props): VNode {
  const { query } = route.value
  const kind = chosenTab('show', kinds)
  const text = (query.get('q') ?? '').toLowerCase()
  const rows = useMemo(
    () =>
      steps
        .map((step, index) => ({ step, index, records: text === '' ? undefined : textOf(step, own) }))
        .filter(({ step, records }) => isOf(step, kind) && (records === undefined || records.includes(text))),
    [steps, kind, text],
  )
  return (
    <section aria-label="Steps" class="steps">
      <search class="tools">
        <input
          type="search"
          value={query.get('q') ?? ''}
          placeholder="A topic, a group, a piece of a record"
          aria-label="Search the steps"
          onInput={(event) => setQuery({ q: event.currentTarget.value })}
        />
        <Tabs name="show" label="Which steps" tabs={kinds} chosen={kind} />
      </search>
      <p class="count" aria-live="polite">
        {plural(rows.length, 'step')}
      </p>
      {rows.length === 0 ? (
        <p class="note">No step of this attempt is so.</p>
      ) : (
        <VirtualList
          items={rows}
          rowHeight={ROW}
          label="Steps"
          row={({ step, index }) => (
            <StepRow test={test} own={own} step={step} index={index} isOn={index === selected} />
          )}
        />
      )}
    </section>
  )
}

interface RowProps {
  test: TestLine
  own: Own
  step: Step
  index: number
  isOn: boolean
}

/** A step of one record leads to that; others show what is stored of them above the list. */
function StepRow({ test, own, step, index, isOn }: RowProps): VNode {
  const records = step.type === 'event' ? recordsOf(step, own) : []
  const [only] = records
  const isOne = step.type === 'event' && only !== undefined && step.firstOffset === step.lastOffset
  const query = Object.fromEntries(route.value.query)
  const address = isOne ? recordHref(test, only) : href(['test', test.id], { ...query, step: index })
  const by = step.type === 'event' ? step.by : null
  return (
    <a
      class={`row step ${isBad(step) ? 'bad' : ''} ${isOn ? 'on' : ''} ${by === 'this test' || by === null ? '' : 'other'}`}
      data-row
      href={address}
      aria-current={isOn ? 'true' : undefined}
    >
      <span class="at">{duration(step.at)}</span>
      <span class={`kind ${step.type} ${kindOf(step).replace(' ', '-')}`}>
        {step.type === 'check' && (step.verdict === 'failed' ? '✗ ' : '✓ ')}
        {kindOf(step)}
      </span>
      <span class="about">
        <code>{aboutOf(step)}</code>
        {isOne && (
          <>
            <span class="key">{shortText(only.key, 'no key')}</span>
            <span class="value">{shortText(only.value, 'tombstone')}</span>
          </>
        )}
        {step.type === 'event' && step.detail !== null && <span class="detail">{step.detail}</span>}
      </span>
      <span class="by">{step.type === 'event' ? by : duration(step.duration)}</span>
    </a>
  )
}

function isOf(step: Step, kind: string): boolean {
  if (kind === 'tasks') return step.type === 'task'
  if (kind === 'checks') return step.type === 'check'
  if (kind === 'records') return step.type === 'event' && (step.kind === 'produced' || step.kind === 'received')
  return kind === 'groups' ? step.type === 'event' && step.group !== null : true
}

/** All of a step that a search looks through. */
function textOf(step: Step, own: Own): string {
  const records = recordsOf(step, own).map(({ key, value }) => `${shortText(key, '')} ${value?.data ?? ''}`)
  const rest = step.type === 'event' ? [step.by, step.detail] : step.type === 'check' ? [step.message] : []
  return [kindOf(step), aboutOf(step), ...rest, ...records].join(' ').toLowerCase()
}
