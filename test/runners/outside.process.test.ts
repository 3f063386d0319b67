import { cpSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import type { EndLine } from '../../src/run/model.ts'
import { lineSchema } from '../../src/run/schema.ts'
import { createJestProject, runJest } from '../support/jest.ts'
import { createProject, type ProjectFolder, type RunnerResult, run, runVitest } from '../support/project.ts'

// What fails outside of any test: imports, hooks of files and suites, what nobody caught, files without tests.
const here = fileURLToPath(new URL('.', import.meta.url))
const files = join(here, 'outside')

const syntaxError = "import { test } from '../runner.js'\n\ntest('never runs', () => {\n"

/** A project of these files, one that doesn't parse, and what they need of the runner. */
function withRunner<Project extends ProjectFolder>(project: Project, runner: string): Project {
  cpSync(join(here, runner), project.folder, { recursive: true })
  writeFileSync(join(project.folder, 'tests/syntax.js'), syntaxError)
  return project
}

const runners: Record<string, () => { project: ProjectFolder; run: () => Promise<RunnerResult> }> = {}
for (const version of [4, 5] as const) {
  runners[`Vitest ${version}`] = () => {
    const project = withRunner(createProject(version, files), 'vitest')
    return { project, run: () => runVitest(project) }
  }
}
for (const version of [29, 30] as const) {
  runners[`Jest ${version}`] = () => {
    const project = withRunner(createJestProject(version, files), 'jest')
    return { project, run: () => runJest(project, ['--maxWorkers=2']) }
  }
}

const onVitest = [
  'tests/after.js / TypeError: the file did not clean up',
  'tests/after.js / outer > inner / Error: the service did not stop',
  'tests/before.js / setup / Error: the service did not start',
  'tests/empty.js / Error: No test suite found in file <folder>/tests/empty.js',
  "tests/import.js / Error: Cannot find module './not-there.js' imported from <folder>/tests/import.js",
  'tests/nobody-caught.js / RangeError: nobody caught this',
  'tests/redacted.js / Error: <redacted>',
  'tests/slow-hook.js / Error: Hook timed out in 50ms.',
  'tests/syntax.js / Error: Failed to parse source for import analysis because the content contains invalid JS syntax.',
]
// Jest gives the error of a beforeAll to each test of its suite, and doesn't tell whose afterAll it was.
const onJest = [
  'tests/after.js / Error: the service did not stop',
  'tests/after.js / TypeError: the file did not clean up',
  'tests/empty.js / Error: Your test suite must contain at least one test.',
  "tests/import.js / Error: Cannot find module './not-there.js' from 'tests/import.js'",
  'tests/nobody-caught.js / RangeError: nobody caught this',
  'tests/redacted.js / Error: <redacted>',
  'tests/slow-hook.js / Error: thrown: "Exceeded timeout of 50 ms for a hook.',
  'tests/syntax.js / Error: Jest encountered an unexpected token',
]
const expected: Record<string, string[]> = {
  'Vitest 4': onVitest,
  'Vitest 5': onVitest.map((line) => line.replace('Error: Hook timed', 'HookTimeoutError: Hook timed')),
  'Jest 29': onJest,
  // It knows the test after which it was thrown.
  'Jest 30': onJest.filter((line) => !line.includes('nobody caught this')),
}

describe.each(Object.keys(runners))('%s', (name) => {
  let result: RunnerResult
  let project: ProjectFolder
  beforeAll(async () => {
    const started = runners[name]!()
    project = started.project
    result = await started.run()
  }, 100_000)
  afterAll(() => project[Symbol.dispose]())

  test('each error is stored with its file and suite', () => {
    const errors = result.lines.flatMap((line) => (line.type === 'error' ? [line] : []))
    const told = errors.map(({ file, suite, name, message }) => {
      const [first] = message.replaceAll(project.folder, '<folder>').split(/\n|(?<=JS syntax\.)/)
      return [file, suite, `${name}: ${first}`].filter((part) => part !== null).join(' / ')
    })
    expect(told.sort(), result.output).toEqual(expected[name])
    expect(result.lines.at(-1)).toMatchObject({ status: 'failed', totals: { errors: errors.length } })
  })

  test('what Jest counts as an error of tests is one', () => {
    const failed = result.lines.flatMap((line) => (line.type === 'test' && line.status === 'failed' ? [line] : []))
    const told = failed.map(({ file, attempts }) => `${file}: ${attempts.flatMap(({ errors }) => errors)[0]?.message}`)
    expect(told.sort()).toEqual(
      {
        'Jest 29': ['tests/before.js: the service did not start'],
        'Jest 30': ['tests/before.js: the service did not start', 'tests/nobody-caught.js: nobody caught this'],
      }[name] ?? [],
    )
  })

  test('JUnit, CTRF and the terminal are as red as the run', async () => {
    const cli = async (...args: string[]): Promise<string> =>
      (await run(project, ['node_modules/kafka-testkit/dist/cli/main.js', ...args])).output
    const errors = result.lines.flatMap((line) => (line.type === 'error' ? [line] : []))
    const { totals } = result.lines.at(-1) as EndLine
    const counts = { tests: totals.tests + errors.length, failures: totals.failed, skipped: totals.skipped }

    const junit = await cli('export', '--format', 'junit')
    const head = /<testsuites[^>]*>/.exec(junit)![0]
    expect(head).toContain(` tests="${counts.tests}" failures="${counts.failures}" errors="${errors.length}" `)
    expect(junit.match(/<(failure|error) /g)).toHaveLength(totals.failed + errors.length)
    expect(junit).toContain('<testcase classname="tests/import.js" name="(outside of its tests)" time="0.000">')

    const { results } = JSON.parse(await cli('export', '--format', 'ctrf')) as { results: { summary: object } }
    const failed = totals.failed + errors.length
    expect(results.summary).toMatchObject({ tests: counts.tests, failed, skipped: counts.skipped })

    const shown = await cli('history', 'show', 'latest')
    for (const { file, name, message } of errors) {
      expect(shown).toContain(`✗ ${file} > `)
      expect(shown).toContain(`${name}: ${message.split('\n')[0]}`)
    }
    expect(await cli('history')).toMatch(new RegExp(` failed +${totals.tests} +${totals.failed} +${errors.length} `))
  })

  test('each line is of the model', () => {
    for (const line of result.lines) lineSchema.parse(line)
    expect(result.lines[0]).toMatchObject({ type: 'run', schema: 2 })
  })

  test('redacted data is not stored', () => {
    expect(JSON.stringify(result.lines)).not.toContain('4111-1111')
  })
})
