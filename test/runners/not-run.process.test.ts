import { describe, expect, test } from 'vitest'
import type { TestLine } from '../../src/run/model.ts'
import { createJestProject, runJest } from '../support/jest.ts'
import { createProject, type RunnerResult, runVitest } from '../support/project.ts'

// Tests that never ran, or ended themselves: when they are said to have been, and that they are there.

const skipped = `
test('runs', async () => {
  await kafka.topic('t').produce({ value: 1 })
})
test.skip('later', () => {})
test.todo('one day')
describe.skip('a suite', () => {
  test('later too', () => {})
})
`
const only = `
test.only('the only one', async () => {
  await kafka.topic('t').produce({ value: 1 })
})
test('beside it', () => {})
`
const setUp = `
beforeAll(() => {
  throw new Error('the service did not start')
})
test('not without the service', () => {})
`
const itself = `
test('ends itself', async ({ skip }) => {
  await kafka.topic('t').produce({ value: 1 })
  skip('not today')
})
test('ends itself at once', ({ skip }) => skip())
`
const vitest = (text: string): string => `import { expect, kafka, test } from 'kafka-testkit/vitest'
import { beforeAll, describe } from 'vitest'
${text}`
const jest = (text: string): string => `const { kafka } = require('kafka-testkit/jest')
${text}`

const common = [
  'only > beside it: skipped',
  'only > the only one: passed',
  'set-up > not without the service: skipped',
  'skipped > a suite > later too: skipped',
  'skipped > later: skipped',
  'skipped > one day: skipped',
  'skipped > runs: passed',
]

describe.each([4, 5] as const)('Vitest %i', (version) => {
  test('a test that did not run is dated within its run', async () => {
    using project = createProject(version, {
      'vitest.config.js': `import kafka from 'kafka-testkit/vitest/config'
export default { plugins: [kafka()], test: { allowOnly: true } }`,
      'skipped.test.js': vitest(skipped),
      'only.test.js': vitest(only),
      'set-up.test.js': vitest(setUp),
      'itself.test.js': vitest(itself),
    })
    const result = await runVitest(project)
    expect(told(result), result.output).toEqual([
      'itself > ends itself at once: skipped',
      'itself > ends itself: skipped',
      ...common,
    ])
    expectWithinRun(result)
    // What it had done before it ended itself is there.
    expect(result.lines.filter(({ type }) => type === 'task')).toHaveLength(3)
  })
})

describe.each([29, 30] as const)('Jest %i', (version) => {
  test('a test that did not run is dated within its run', async () => {
    using project = createJestProject(version, {
      'jest.config.js': `module.exports = { preset: 'kafka-testkit', transform: {} }`,
      'skipped.test.js': jest(skipped),
      'only.test.js': jest(only),
      'set-up.test.js': jest(setUp),
    })
    const result = await runJest(project, ['--maxWorkers=2'])
    // Jest gives the error of a beforeAll to each test.
    const expected = common.map((line) =>
      line.replace('not without the service: skipped', 'not without the service: failed'),
    )
    expect(told(result), result.output).toEqual(expected)
    expectWithinRun(result)
  })
})

function testsOf({ lines }: RunnerResult): TestLine[] {
  return lines.filter((line): line is TestLine => line.type === 'test')
}

function told(result: RunnerResult): string[] {
  return testsOf(result)
    .map(({ file, name, status }) => `${file.replace('.test.js', '')} > ${name}: ${status}`)
    .sort()
}

function expectWithinRun(result: RunnerResult): void {
  const [run] = result.lines
  const end = result.lines.at(-1)
  if (run?.type !== 'run' || end?.type !== 'end') throw new Error('the run is not whole')
  for (const { name, startedAt, duration } of testsOf(result)) {
    expect(startedAt, name).toBeGreaterThanOrEqual(run.startedAt - 1)
    expect(startedAt + duration, name).toBeLessThanOrEqual(run.startedAt + end.duration + 1)
  }
}
