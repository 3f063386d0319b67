import { fileURLToPath } from 'node:url'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { createJestProject, type JestProject, runJest } from '../support/jest.ts'
import { type RunnerResult, readStore, run } from '../support/project.ts'

const files = fileURLToPath(new URL('./project', import.meta.url))

describe.each([29, 30] as const)('Jest %i', (version) => {
  let project: JestProject
  beforeAll(() => {
    project = createJestProject(version, files)
  })
  afterAll(() => project[Symbol.dispose]())

  describe('in one process, where what a file leaves running would keep it alive', () => {
    let result: RunnerResult
    beforeAll(async () => {
      result = await runJest(project, ['--runInBand'])
    }, 100_000)

    test('each test passes or fails as its title says', () => {
      const wrong = result.tests.filter(
        ({ name, status }) => status !== 'todo' && (status === 'passed') === name.includes('fails:'),
      )
      expect(wrong, result.output).toEqual([])
      expect(result.tests.length).toBeGreaterThan(12)
    })

    test('a client of the application that nobody closed neither keeps it alive nor is heard of afterwards', () => {
      expect(result.output).not.toMatch(/did not exit|Cannot log after tests|torn down/)
    })

    test('two tests of one name have each its attempts', () => {
      const twins = result.lines.filter((line) => line.type === 'test' && line.name === 'twin')
      const twin = { status: 'passed', flaky: true, attempts: [{ status: 'failed' }, { status: 'passed' }] }
      expect(twins).toMatchObject([twin, twin])
    })
  })

  test('a worker that crashes leaves what its tests had done', async () => {
    const result = await runJest(project, ['--config', 'crash.config.js'])
    expect(result.exitCode).toBe(1)
    const tests = result.lines.filter((line) => line.type === 'test')
    expect(tests.map(({ name, status }) => `${name}: ${status}`).sort()).toEqual([
      'a test of another worker: passed',
      'a test that ended before: passed',
      'a test that takes its worker down: crashed',
    ])
    expect(tests.every(({ startedAt }) => startedAt > 0)).toBe(true)
    expect(result.lines).toContainEqual(expect.objectContaining({ type: 'task', kind: 'produce', topic: 'in-crash' }))
    expect(result.lines.at(-1)).toMatchObject({ type: 'end', status: 'failed' })
  }, 100_000)

  test('a shard that --bail ends has a complete run in the store', async () => {
    const args = ['--bail', '--shard=1/1', '--runInBand', 'jsdom', 'forms']
    const { exitCode } = await run(project, ['node_modules/jest/bin/jest.js', ...args])
    expect(exitCode).toBe(1)
    const lines = readStore(project)
    expect(lines[0]).toMatchObject({ type: 'run', shard: { index: 1, count: 1 } })
    expect(lines.at(-1)).toMatchObject({ type: 'end', status: 'failed' })
  }, 100_000)
})

test('nothing holds on to a sandbox whose file has ended', async () => {
  using project = createJestProject(30, files)
  const args = ['--detectLeaks', '--runInBand', 'options', 'mocked-kafkajs', 'derived']
  const { exitCode, output } = await run(project, ['node_modules/jest/bin/jest.js', ...args])
  expect(exitCode, output).toBe(0)
}, 100_000)

test('a wrong option names the nearest right one', async () => {
  using project = createJestProject(30, {
    'jest.config.js': `module.exports = { preset: 'kafka-testkit', transform: {}, testEnvironmentOptions: { kafka: { timeuot: 5 } } }`,
    'one.test.js': `test('one', () => {})`,
  })
  const { exitCode, output } = await run(project, ['node_modules/jest/bin/jest.js'])
  expect(exitCode).toBe(1)
  expect(output).toMatch(/no option "timeuot", did you mean "timeout"\?/)
}, 100_000)
