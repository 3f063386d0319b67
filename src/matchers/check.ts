import { stripVTControlCharacters } from 'node:util'
import { now } from '../base/clock.ts'
import type { StoredRecord } from '../cluster/cluster.ts'
import { currentCaller } from '../kafka/caller.ts'
import type { Printer } from '../kafka/failure-message.ts'
import type { Tester } from '../kafka/patterns.ts'
import { serdeName } from '../kafka/record.ts'
import type { Scope } from '../kafka/scope.ts'
import { isOn } from '../redaction/redaction.ts'
import { noteOwn, withoutCheckData } from '../redaction/shown.ts'
import type { CheckLine } from '../run/model.ts'
import { recordLine } from '../run/preview.ts'
import { RECORDS_KEPT } from '../run/recorder.ts'
import { watchAwait } from './awaited.ts'
import type { Certainty } from './quiescence.ts'

/** What the runners give a matcher as `this`, as far as both do. */
export interface MatcherContext {
  isNot?: boolean
  /** True inside of `expect.poll`, which asks again by itself. */
  poll?: boolean
  utils: Printer
  customTesters?: readonly Tester[]
}

export interface MatcherResult {
  pass: boolean
  message: () => string
}

/** What a check found. `pass` says whether the statement holds, whether or not it was negated. */
export interface Verdict {
  pass: boolean
  /** The message for when that is not what was wanted. */
  message: string
  /** For the history, as text. */
  expected?: string
  actual?: string | null
  closest?: string | null
  /** The fields in which that differs. */
  paths?: string[]
  /** What helps, and holds no data. */
  hint?: string
  /** The records that it was about. */
  received?: readonly StoredRecord[]
  serdes?: { key: { readonly name?: string }; value: { readonly name?: string } }
  /** What it did not know when it held. */
  certainty?: Certainty | undefined
  /** What a matcher of the runner's own answered, to be handed on as it is. */
  result?: MatcherResult
}

/** What the runner is told. In a test whose check data is redacted it is what a check keeps of itself. */
export function resultOf(found: Verdict, what: Check, scope: Scope | undefined): MatcherResult {
  const { pass, result } = found
  if (scope === undefined || !isOn(scope.redaction)) return result ?? { pass, message: () => found.message }
  const message = scope.redaction.checks ? withoutData(found, what) : found.message
  scope.ownMessages.add(stripVTControlCharacters(message))
  return { pass, message: () => message }
}

function withoutData({ message, paths, closest, hint }: Verdict, { matcher, subject }: Check): string {
  const first = message.split('\n')[0]!
  const title = first.startsWith('expect(') ? first : `${matcher}() failed`
  const told = withoutCheckData(title, { subject, closest, paths })
  return hint === undefined ? told : `${told}\n\n${hint}`
}

/** Which check it is: the matcher, and the subject as "topic orders". */
export interface Check {
  readonly matcher: string
  readonly subject: string
}

/** Runs a check that waits: times it, records it where it belongs to a test, and sees to it that it is awaited. */
export function check(
  context: MatcherContext,
  scope: Scope | undefined,
  what: Check,
  work: () => Promise<Verdict>,
): Promise<MatcherResult> {
  const began = now()
  const told = (found: Verdict): MatcherResult => {
    if (scope !== undefined) record(context, scope, what, found, began)
    return resultOf(found, what, scope)
  }
  const verdict = work().then(told, (error: unknown) => {
    if (scope !== undefined) noteOwn(scope, error)
    throw error
  })
  return watchAwait(verdict, { what: what.matcher, scope, caller: currentCaller() })
}

/** Records a check that was made. What `expect.poll` asks in vain is none: it asks again. */
export function record(
  { isNot: negated = false, poll = false }: MatcherContext,
  scope: Scope,
  { matcher, subject }: Check,
  found: Verdict,
  began: number,
): void {
  const { testId: test, attempt } = scope
  const passed = found.pass !== negated
  if (poll && !passed) return
  const serde = { key: serdeName(found.serdes?.key ?? {}), value: serdeName(found.serdes?.value ?? {}) }
  const { redaction } = scope
  for (const stored of found.received?.slice(0, RECORDS_KEPT) ?? []) {
    const origin = { test, attempt, task: null, direction: 'received', serde } as const
    scope.recorder.write(recordLine(stored, origin, redaction))
  }
  scope.recorder.write({
    type: 'check',
    test,
    attempt,
    matcher,
    negated,
    subject,
    verdict: passed ? 'passed' : 'failed',
    at: began - scope.began.at,
    duration: now() - began,
    expected: redaction.checks ? null : (found.expected ?? null),
    actual: redaction.checks ? null : (found.actual ?? null),
    // In the history it is read without a terminal.
    message: passed || redaction.checks ? null : stripVTControlCharacters(found.message),
    closest: passed ? null : (found.closest ?? null),
    paths: passed ? [] : (found.paths ?? []),
    ...(passed ? certaintyOf(found) : {}),
  })
}

function certaintyOf({ certainty: { waited, notes = [] } = {} }: Verdict): Pick<CheckLine, 'waited' | 'notes'> {
  return { ...(waited === undefined ? {} : { waited }), ...(notes.length === 0 ? {} : { notes: [...notes] }) }
}
