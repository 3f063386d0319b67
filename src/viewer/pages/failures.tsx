import type { VNode } from 'preact'
import type { Attempt, CheckLine, TestLine } from '../../run/model.ts'
import type { Own } from '../data/run-data.ts'
import { duration } from '../format.ts'
import { CheckBody } from '../parts/check-body.tsx'
import { Status } from '../parts/status.tsx'

interface Props {
  test: TestLine
  own: Own
  errors: Attempt['errors']
}

/** Why an attempt failed: its checks that did, and what the runner says beside them. */
export function Failures({ test, own, errors }: Props): VNode | null {
  const failed = own.checks.filter(({ verdict }) => verdict === 'failed')
  const said = new Set([...failed.map(({ message }) => message), ...own.tasks.map(({ error }) => error?.message)])
  const rest = errors.filter(({ message }) => !said.has(message))
  const tasks = own.tasks.filter(
    ({ error }) => error !== null && errors.some(({ message }) => message === error.message),
  )
  if (failed.length + rest.length + tasks.length === 0) return null
  return (
    <section class="failures" aria-label="Why it failed">
      {failed.map((check) => (
        <FailedCheck key={`${check.at} ${check.subject} ${check.matcher}`} test={test} own={own} check={check} />
      ))}
      {tasks.map(({ id, kind, topic, error, at }) => (
        <article key={id} class="card fail">
          <h2>
            <Status of="failed" />
            {kind} on {topic}
            <span class="when">{duration(at)} into the test</span>
          </h2>
          <pre class="message">{`${error!.name}: ${error!.message}`}</pre>
        </article>
      ))}
      {rest.map(({ name, message }, index) => (
        <article key={index} class="card fail">
          <h2>
            <Status of="error" />
            {name}
          </h2>
          <pre class="message">{message}</pre>
        </article>
      ))}
    </section>
  )
}

function FailedCheck({ test, own, check }: { test: TestLine; own: Own; check: CheckLine }): VNode {
  return (
    <article class="card fail">
      <h2>
        <Status of="failed" />
        <span>
          {check.subject} <code>{`${check.negated ? 'not.' : ''}${check.matcher}`}</code>
        </span>
        <span class="when">
          {duration(check.at)} into the test, waited {duration(check.duration)}
        </span>
      </h2>
      <CheckBody test={test} own={own} check={check} />
    </article>
  )
}
