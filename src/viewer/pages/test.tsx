import type { ComponentChildren, VNode } from 'preact'
import { useMemo } from 'preact/hooks'
import type { TestLine } from '../../run/model.ts'
import { rerunCommand } from '../../run/rerun.ts'
import { attemptsOf } from '../data/find.ts'
import { hasFailed, type RunData } from '../data/run-data.ts'
import { stepsOf } from '../data/steps.ts'
import { FlowGraph } from '../flow/flow.tsx'
import { duration, number, plural } from '../format.ts'
import { Copy } from '../parts/copy.tsx'
import { Status, statusOf } from '../parts/status.tsx'
import { chosenTab, Tabs } from '../parts/tabs.tsx'
import { Time } from '../parts/time.tsx'
import { Unpacked } from '../parts/unpacked.tsx'
import { href, route, setQuery } from '../route.ts'
import { Timeline } from '../timeline/timeline.tsx'
import { Details } from './details.tsx'
import { Failures } from './failures.tsx'
import { Steps } from './steps.tsx'

interface Props {
  data: RunData
  test: TestLine
  /** What is known of the test beside this run. */
  beside?: ComponentChildren
}

/** A test: why it failed, and what it did to Kafka. */
export function TestPage({ data, test, beside }: Props): VNode {
  return (
    <>
      <Head data={data} test={test} />
      {beside}
      <Unpacked data={data} test={test.id} what="what this test did">
        {() => <Did data={data} test={test} />}
      </Unpacked>
    </>
  )
}

/** What it did, attempt by attempt. */
function Did({ data, test }: Pick<Props, 'data' | 'test'>): VNode {
  const tabs = useMemo(() => attemptTabs(test), [test])
  // The last attempt is the one that counts.
  const attempt = Number(chosenTab('attempt', tabs))
  const own = data.own(test.id, attempt)
  const steps = useMemo(() => stepsOf(own), [own])
  const named = route.value.query.get('step')
  const selected = named !== null && steps[Number(named)] !== undefined ? Number(named) : null
  const errors = test.attempts.find((one) => one.attempt === attempt)?.errors ?? []
  return (
    <>
      {tabs.length > 1 && <Tabs name="attempt" label="Attempts" tabs={tabs} chosen={String(attempt)} />}
      <Failures test={test} own={own} errors={errors} />
      {steps.length === 0 ? (
        <Nothing data={data} test={test} />
      ) : (
        <>
          <Timeline
            steps={steps}
            own={own}
            selected={selected}
            onSelect={(index) => setQuery({ step: String(index) })}
          />
          {selected !== null && <Details test={test} own={own} step={steps[selected]!} />}
          <FlowGraph own={own} />
          <Steps test={test} own={own} steps={steps} selected={selected} />
        </>
      )}
    </>
  )
}

/** The last first. */
function attemptTabs(test: TestLine): [id: string, label: string][] {
  const { attempts } = test
  const hasRepeats = attempts.some(({ repeat = 0 }) => repeat > 0)
  return attemptsOf(test)
    .map((attempt): [string, string] => {
      const one = attempts.find((other) => other.attempt === attempt)
      const what = hasRepeats
        ? `Repetition ${(one?.repeat ?? 0) + 1}, attempt ${attempt + 1}`
        : `Attempt ${attempt + 1}`
      return [String(attempt), `${what}: ${one?.status ?? test.status}`]
    })
    .reverse()
}

function Head({ data, test }: { data: RunData; test: TestLine }): VNode {
  const failed = data.tests.filter(hasFailed)
  const at = failed.indexOf(test)
  const { recordsProduced: produced, recordsReceived: received } = test.metrics
  return (
    <div class="title">
      <nav class="crumbs" aria-label="Where this is">
        <a href={href([])} data-go="up">
          Tests
        </a>
        <a href={href([], { q: test.file })}>
          <bdi>{test.project === '' ? test.file : `|${test.project}| ${test.file}`}</bdi>
        </a>
        {failed.length > 1 && at !== -1 && (
          <span class="walk">
            <Walk where="prev" test={failed[at - 1]} label="Previous failure" />
            <span>
              {number(at + 1)} of {number(failed.length)}
            </span>
            <Walk where="next" test={failed[at + 1]} label="Next failure" />
          </span>
        )}
      </nav>
      <h1>
        <Status of={statusOf(test)} word />
        <bdi class="headline">{test.name}</bdi>
      </h1>
      <p class="byline">
        {test.status !== 'skipped' && <span>{duration(test.duration)}</span>}
        <Time at={test.startedAt} />
        <span>{plural(produced, 'record')} produced</span>
        <span>{number(received)} received</span>
        <Copy text={rerunCommand(data.run, test)}>Copy the command that runs it</Copy>
      </p>
    </div>
  )
}

function Walk({ where, test, label }: { where: 'prev' | 'next'; test: TestLine | undefined; label: string }): VNode {
  const mark = where === 'prev' ? '‹' : '›'
  return test === undefined ? (
    <span class="off" aria-hidden="true">
      {mark}
    </span>
  ) : (
    <a href={href(['test', test.id])} data-go={where} aria-label={label} title={label}>
      {mark}
    </a>
  )
}

function Nothing({ data, test }: { data: RunData; test: TestLine }): VNode {
  const isLeftOut = data.head.leftOut > 0 && test.status === 'passed'
  const text = isLeftOut
    ? 'What this test did is left out: the run is too large for a page.'
    : test.status === 'skipped'
      ? 'The test was skipped.'
      : 'The test did nothing to Kafka.'
  return <p class="note">{text}</p>
}
