import { describe, expect, test } from 'vitest'
import type { Line, TestLine } from '../../src/run/model.ts'
import { createJestProject, runJest } from '../support/jest.ts'
import { createProject, type RunnerResult, runVitest } from '../support/project.ts'

// What is stored of each attempt: its errors, its repetition and its time, whether it touched Kafka or not.

const onVitest = {
  'vitest.config.js': `import kafka from 'kafka-testkit/vitest/config'
export default { plugins: [kafka()] }`,
  'attempts.test.js': `import { expect, test } from 'kafka-testkit/vitest'
import { afterEach, describe } from 'vitest'

const count = {}
const next = (name) => (count[name] = (count[name] ?? 0) + 1)
const produce = (kafka, value) => kafka.topic('t').produce({ value })

test('the second repetition fails', { repeats: 2 }, async ({ kafka }) => {
  const n = next('repeats')
  await produce(kafka, n)
  if (n === 2) throw new Error('once')
})
test('the second repetition fails once', { repeats: 2, retry: 2 }, async ({ kafka }) => {
  const n = next('both')
  await produce(kafka, n)
  if (n === 2) throw new Error('once')
})
test('passes three times', { repeats: 2 }, async ({ kafka }) => {
  await produce(kafka, 1)
})
test('passes three times without Kafka', { repeats: 2 }, () => {})
test('touches Kafka in its first attempt only', { retry: 2 }, async ({ kafka }) => {
  const n = next('times')
  if (n === 1) await produce(kafka, n)
  if (n < 3) throw new Error('no ' + n)
})
test('never touches Kafka', { retry: 2 }, () => {
  const n = next('without')
  if (n < 3) throw new Error('no ' + n)
})
describe('with a hook', () => {
  afterEach(() => {
    if (count.soft === 1) throw new Error('the hook')
  })
  test('several errors', { retry: 1 }, () => {
    if (next('soft') > 1) return
    expect.soft(1).toBe(2)
    expect.soft(3).toBe(4)
  })
})
test('runs into its timeout once', { retry: 1, timeout: 200 }, () => (next('slow') === 1 ? new Promise(() => {}) : undefined))
test.fails('fails as it is to', { retry: 1 }, () => {
  throw new Error('expected')
})
test.fails('passes at last, which it is not to', { retry: 1 }, async ({ kafka }) => {
  await produce(kafka, 1)
  if (next('fails') === 1) throw new Error('expected')
})
`,
}

const vitestAttempts = [
  'fails as it is to: passed (passed; passed)',
  'never touches Kafka: passed, flaky (failed: no 1; failed: no 2; passed)',
  'passes at last, which it is not to: failed (passed; failed: Expect test to fail)',
  'passes three times without Kafka: passed (passed; repeat 1 passed; repeat 2 passed)',
  'passes three times: passed (passed; repeat 1 passed; repeat 2 passed)',
  'runs into its timeout once: passed, flaky (timed out: Test timed out in 200ms.; passed)',
  'the second repetition fails once: passed, flaky (passed; repeat 1 failed: once; repeat 1 passed; repeat 2 passed)',
  'the second repetition fails: failed (passed; repeat 1 failed: once; repeat 2 passed)',
  'touches Kafka in its first attempt only: passed, flaky (failed: no 1; failed: no 2; passed)',
  'with a hook > several errors: passed, flaky (failed: expected 1 to be 2 // Object.is equality, expected 3 to be 4 // Object.is equality, the hook; passed)',
]

// Vitest 5 doesn't try again what failed as it is to.
const vitest5Attempts = vitestAttempts.map((line) =>
  line
    .replace('fails as it is to: passed (passed; passed)', 'fails as it is to: passed (passed)')
    .replace('failed (passed; failed: Expect test to fail)', 'passed (passed)'),
)

const onJest = {
  'jest.config.js': `module.exports = {
  reporters: ['default', 'kafka-testkit/jest/reporter'],
  projects: ['p', 'q'].map((name) => ({ displayName: name, preset: 'kafka-testkit', globals: { failsOnce: name === 'p' }, testMatch: ['**/' + name + '/*.test.js', '**/both/*.test.js'] })),
}`,
  ...Object.fromEntries(
    ['p', 'q'].map((name) => [
      `${name}/r.test.js`,
      `const { kafka } = require('kafka-testkit/jest')
jest.retryTimes(2)
let n = 0
test('passes the third time', async () => {
  n += 1
  await kafka.topic('t').produce({ value: n })
  if (n < 3) throw new Error('${name} no ' + n)
})`,
    ]),
  ),
  // Fails in one of the two projects only, and there at first.
  'both/same.test.js': `const { kafka } = require('kafka-testkit/jest')
jest.retryTimes(1)
let n = 0
test('the same file', async () => {
  n += 1
  await kafka.topic('t').produce({ value: n })
  if (n === 1 && failsOnce) throw new Error('once')
})`,
  'p/attempts.test.js': `const { kafka } = require('kafka-testkit/jest')
jest.retryTimes(2)
const count = {}
const next = (name) => (count[name] = (count[name] ?? 0) + 1)

test('touches Kafka in its first attempt only', async () => {
  const n = next('times')
  if (n === 1) await kafka.topic('t').produce({ value: n })
  if (n < 3) throw new Error('no ' + n)
})
test('never touches Kafka', () => {
  if (next('without') < 3) throw 'no error'
})
test('runs into its timeout once', () => (next('slow') === 1 ? new Promise(() => {}) : undefined), 200)
test.failing('fails as it is to', () => {
  throw new Error('expected')
})
describe('with a hook', () => {
  afterEach(() => {
    if (count.hook === 1) throw new TypeError('the hook')
  })
  test('several errors', () => {
    if (next('hook') === 1) throw new Error('the test')
  })
})
`,
}

const jestAttempts = [
  'p | fails as it is to: passed (passed)',
  'p | never touches Kafka: passed, flaky (failed: thrown: "no error"; failed: thrown: "no error"; passed)',
  'p | passes the third time: passed, flaky (failed: p no 1; failed: p no 2; passed)',
  'p | runs into its timeout once: passed, flaky (timed out: thrown: "Exceeded timeout of 200 ms for a test.; passed)',
  'p | the same file: passed, flaky (failed: once; passed)',
  'p | touches Kafka in its first attempt only: passed, flaky (failed: no 1; failed: no 2; passed)',
  'p | with a hook > several errors: passed, flaky (failed: the test, the hook; passed)',
  'q | passes the third time: passed, flaky (failed: q no 1; failed: q no 2; passed)',
  'q | the same file: passed (passed)',
]

describe.each([4, 5] as const)('Vitest %i', (version) => {
  test('has each attempt as it was', async () => {
    using project = createProject(version, onVitest)
    const result = await runVitest(project)
    expect(told(result), result.output).toEqual(version === 4 ? vitestAttempts : vitest5Attempts)
    expectOwnTimes(result)
  })
})

describe.each([29, 30] as const)('Jest %i', (version) => {
  test.each(['--runInBand', '--maxWorkers=2'])('has each attempt as it was, in its project: %s', async (workers) => {
    using project = createJestProject(version, onJest)
    const result = await runJest(project, [workers])
    expect(told(result), result.output).toEqual(jestAttempts)
    expectOwnTimes(result)
    // The records of each attempt are in it.
    const produced = testsOf(result).map(({ id, name, project }) => {
      const tasks = result.lines.flatMap((line) => (line.type === 'task' && line.test === id ? [line.attempt] : []))
      return `${project} | ${name}: ${tasks}`
    })
    expect(produced).toEqual(
      expect.arrayContaining(['p | passes the third time: 0,1,2', 'q | passes the third time: 0,1,2']),
    )
  })
})

function testsOf({ lines }: RunnerResult): TestLine[] {
  return lines.filter((line: Line): line is TestLine => line.type === 'test')
}

function told(result: RunnerResult): string[] {
  return testsOf(result)
    .map(({ project, name, status, flaky, attempts }) => {
      const each = attempts.map(({ repeat, status, errors }) => {
        const messages = errors.map(({ message }) => message.split('\n')[0]).join(', ')
        return `${repeat === 0 ? '' : `repeat ${repeat} `}${status}${messages === '' ? '' : `: ${messages}`}`
      })
      return `${project === '' ? '' : `${project} | `}${name}: ${status}${flaky ? ', flaky' : ''} (${each.join('; ')})`
    })
    .sort()
}

/** Each attempt begins when the one before it has ended, and all of them are within the test. */
function expectOwnTimes(result: RunnerResult): void {
  for (const { name, startedAt, duration, attempts } of testsOf(result)) {
    attempts.forEach((attempt, index) => {
      const before = attempts[index - 1]
      if (before === undefined) expect(attempt.startedAt, name).toBe(startedAt)
      else expect(attempt.startedAt, name).toBeGreaterThanOrEqual(before.startedAt + before.duration)
    })
    const last = attempts.at(-1)
    if (last === undefined || attempts.length === 1) continue
    expect(startedAt + duration + 1, name).toBeGreaterThanOrEqual(last.startedAt + last.duration)
  }
}
