import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { createProject, type Project, run, runVitest, type VitestResult } from '../support/project.ts'

const files = fileURLToPath(new URL('./project', import.meta.url))

describe.each([4, 5] as const)('Vitest %i', (version) => {
  let project: Project
  beforeAll(() => {
    project = createProject(version, files)
  })
  afterAll(() => project[Symbol.dispose]())

  /** Tests whose title begins with "fails:" have to fail, all others to pass. */
  function expectAsTitled({ tests, output }: VitestResult): void {
    const wrong = tests
      .filter(({ name, status }) => (status === 'passed') === name.includes('fails:'))
      .map(({ name, status, messages }) => `${name}: ${status} ${messages.join('\n')}`)
    expect(wrong, output).toEqual([])
  }

  describe.each([
    ['by default (forks)', []],
    ['with threads', ['--pool=threads']],
    ['without isolation', ['--no-isolate', '--max-workers=1']],
    ['with threads, without isolation', ['--pool=threads', '--no-isolate', '--max-workers=1']],
  ])('%s', (_, args) => {
    let result: VitestResult
    beforeAll(async () => {
      result = await runVitest(project, args)
    }, 100_000)

    test('every scenario passes or fails as its title says', () => {
      expectAsTitled(result)
      expect(result.tests.length).toBeGreaterThan(25)
    })

    test('a forgotten await is named', () => {
      expect(messageOf(result, 'not awaited')).toContain('toReceiveRecord() was not awaited')
    })

    test("the matcher's own message is seen, not the runner's timeout", () => {
      expect(messageOf(result, 'before the timeout')).toContain('expect(topic).toReceiveRecord(expected) failed')
    })

    test('the store has every test that touched Kafka, with its attempts', () => {
      const stored = result.lines.filter((line) => line.type === 'test')
      expect(stored.find((line) => line.name.startsWith('a retried test'))).toMatchObject({
        status: 'passed',
        flaky: true,
        attempts: [{ status: 'failed' }, { status: 'failed' }, { status: 'passed' }],
      })
      expect(stored.find((line) => line.name.startsWith('a repeated test'))?.attempts).toHaveLength(3)
      expect(result.lines.at(-1)).toMatchObject({ type: 'end', status: 'failed' })
    })

    test('what is left open holds nobody up', () => {
      expect(result.output).not.toMatch(/close timed out|Timeout terminating|hanging/)
    })

    test('nothing of kafkajs is printed as a warning of Node', () => {
      expect(result.output).not.toContain('TimeoutNegativeWarning')
    })
  })

  test('--bail stops after the first failure and the store is complete', async () => {
    const result = await runVitest(project, ['--bail=1', '--max-workers=1', 'expect-forms'])
    expect(result.exitCode).toBe(1)
    expect(result.tests.filter(({ status }) => status === 'failed')).toHaveLength(1)
    expect(result.lines.at(-1)).toMatchObject({ type: 'end', status: 'failed', totals: { failed: 1, skipped: 2 } })
  }, 100_000)

  test('projects have a broker for each of their files, and one run in the store', async () => {
    const result = await runVitest(project, ['--config', 'projects.config.ts'])
    expectAsTitled(result)
    const tests = result.lines.filter((line) => line.type === 'test')
    expect(new Set(tests.map((line) => line.project))).toEqual(new Set(['one', 'two']))
    expect(result.lines.filter((line) => line.type === 'run')).toHaveLength(1)
  }, 100_000)

  test('a worker that crashes leaves what its tests had done', async () => {
    const result = await runVitest(project, ['--config', 'crash.config.ts'])
    expect(result.exitCode).toBe(1)
    expect(result.lines).toContainEqual(
      expect.objectContaining({
        type: 'test',
        status: 'crashed',
        attempts: [expect.objectContaining({ attempt: 0, status: 'crashed' })],
      }),
    )
    expect(result.lines).toContainEqual(
      expect.objectContaining({ type: 'task', kind: 'produce', topic: 'before-crash', status: 'passed', records: 1 }),
    )
  }, 100_000)

  test('a wrong option of the plugin names the nearest right one', async () => {
    writeFileSync(
      join(project.folder, 'wrong.config.ts'),
      readFileSync(join(files, 'vitest.config.ts'), 'utf8').replace('kafka()', 'kafka({ timeuot: 5 } as never)'),
    )
    const { exitCode, output } = await run(project, [
      'node_modules/vitest/vitest.mjs',
      'run',
      '--config',
      'wrong.config.ts',
    ])
    expect(exitCode).toBe(1)
    expect(output).toContain('kafka-testkit config: there is no option "timeuot", did you mean "timeout"?')
  }, 100_000)
})

function messageOf({ tests }: VitestResult, title: string): string {
  return tests.find(({ name }) => name.includes(title))?.messages.join('\n') ?? ''
}
