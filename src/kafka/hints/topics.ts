import { misspelt } from '../../base/nearest.ts'
import { isPlainObject } from '../../base/plain-object.ts'
import type { StoredRecord } from '../../cluster/cluster.ts'
import { milliseconds } from '../failure-message.ts'
import { isItRunning } from '../group-trouble.ts'
import { placeOf } from '../record.ts'
import type { Scope } from '../scope.ts'
import { type Circumstances, firstMatch, type Hint, isBefore } from './circumstances.ts'
import { isOwnProduce } from './readers.ts'

/** How far before the test a real cluster's topic is read, in milliseconds: it may hold years. */
const LOOK_BACK = 60_000

export const noSuchTopic: Hint = ({ topic: { name }, topics }) => {
  if (topics.some((topic) => topic.name === name)) return undefined
  const meant = misspelt(
    name,
    topics.map((topic) => topic.name),
  )
  return meant === undefined ? undefined : `topic "${name}" doesn't exist. Did you mean "${meant}"?`
}

/** A pattern that says what the value is: one by key alone matches what the application writes elsewhere anyway. */
export const otherTopic: Hint = (circumstances) => elsewhere(circumstances, asksForContent)

export const sameKeyInOtherTopic: Hint = (circumstances) =>
  elsewhere(circumstances, (pattern) => isPlainObject(pattern) && Object.keys(pattern).length > 0)

function asksForContent(pattern: unknown): boolean {
  if (!isPlainObject(pattern)) return false
  return (pattern.value !== undefined && pattern.value !== null) || pattern.headers !== undefined
}

/** What the test itself produced is no candidate: it is the input. */
async function elsewhere(
  circumstances: Circumstances,
  isTelling: (pattern: unknown) => boolean,
): Promise<string | undefined> {
  const { topic, topics } = circumstances
  const { scope } = topic
  const patterns = circumstances.patterns.filter(isTelling)
  for (const { name } of topics) {
    if (name === topic.name || name.startsWith('__')) continue
    const isWanted = (stored: StoredRecord): boolean => !isBefore(stored, scope) && !isProducedBy(scope, stored)
    const found = await firstMatch({ ...circumstances, patterns }, name, isWanted)
    if (found !== undefined) return `a record that matches came to another topic: ${placeOf(found.record)}`
  }
  return undefined
}

function isProducedBy({ timeline }: Scope, { topic, partition, offset }: StoredRecord): boolean {
  return timeline.some(
    (event) =>
      isOwnProduce(event) &&
      event.topic === topic &&
      event.partition === partition &&
      (event.firstOffset ?? 0) <= offset &&
      offset <= (event.lastOffset ?? -1),
  )
}

/** It says what the test doesn't see, and not how to see it: a record of another test makes a wrong one green. */
export const beforeTheTest: Hint = async (circumstances) => {
  const { topic, from } = circumstances
  const { scope } = topic
  if (from !== undefined) return undefined
  const { deterministic } = scope.cluster
  const since = deterministic ? 'beginning' : new Date(scope.began.at - LOOK_BACK)
  const early = await firstMatch(circumstances, topic.name, (stored) => isBefore(stored, scope), { from: since })
  if (early === undefined) return undefined
  const before = milliseconds(scope.began.at - early.stored.appendedAt)
  return (
    `a record that matches, ${placeOf(early.record)}, came ${before} before the test began, and a test sees what came ` +
    'since. What makes the application write it has to happen in the test'
  )
}

export const nothingProduced: Hint = ({ topic: { scope, name }, topics, seen }) => {
  // Of a real cluster it isn't known what others produced.
  if (!scope.cluster.deterministic) return undefined
  if (seen.records.length > 0 || scope.timeline.some(({ kind }) => kind === 'produced')) return undefined
  const exists = topics.some((topic) => topic.name === name)
  const what = exists ? 'nothing' : `topic "${name}" doesn't exist, and nothing`
  return `${what} was produced to any topic since the test began: was the produce awaited? ${isItRunning}`
}

export const stillNoTopic: Hint = ({ topic: { name }, topics }) =>
  topics.some((topic) => topic.name === name) ? undefined : `topic "${name}" doesn't exist: nobody has produced to it`
