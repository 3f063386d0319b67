import { fileURLToPath } from 'node:url'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { createJestProject, type JestProject, runJest } from '../support/jest.ts'
import { type RunnerResult, run } from '../support/project.ts'

const files = fileURLToPath(new URL('./transforms', import.meta.url))
const kinds = ['babel', 'ts-jest', 'swc', 'esm']

describe.each([29, 30] as const)('projects of every kind on Jest %i', (version) => {
  let project: JestProject
  let result: RunnerResult
  beforeAll(async () => {
    project = createJestProject(version, files)
    // Only native ES modules need it.
    result = await runJest(project, [], { NODE_OPTIONS: '--experimental-vm-modules' })
  }, 100_000)
  afterAll(() => project[Symbol.dispose]())

  test('each test passes or fails as its title says', () => {
    const wrong = result.tests.filter(({ name, status }) => (status === 'passed') === name.startsWith('fails:'))
    expect(wrong, result.output).toEqual([])
    expect(result.tests).toHaveLength(9)
  })

  test.each(kinds)('a failure shows its line in the source: %s', (kind) => {
    const failure = result.tests.find(({ file, status }) => status === 'failed' && file.includes(`/${kind}/`))
    expect(failure?.messages[0]).toMatch(/orders\.test\.(js|ts):\d+/)
    expect(result.output).toMatch(/> +\d+ \|.*expect\(kafka\.topic\((nothing|'nothing')\)\)/)
  })

  test('the store has one run, and in it what each project did', () => {
    const tests = result.lines.filter((line) => line.type === 'test')
    expect(new Set(tests.map((line) => line.project))).toEqual(new Set(kinds))
    expect(tests).toHaveLength(9)
    expect(result.lines.filter((line) => line.type === 'run')).toMatchObject([{ runner: { name: 'jest' } }])
  })
})

test('types hold for the TypeScript that ts-jest has', async () => {
  using project = createJestProject(30, files)
  const { output } = await run(project, ['node_modules/typescript/bin/tsc', '--noEmit', '-p', 'ts-jest'])
  expect(output).toBe('')
}, 60_000)
