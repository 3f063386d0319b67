import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, test, vi } from 'vitest'
import { createJestProject, runJest } from '../support/jest.ts'
import { createProject, type ProjectFolder, type RunnerResult, run, runVitest } from '../support/project.ts'

// Each test runs a runner or a command several times.
vi.setConfig({ testTimeout: 120_000 })

/** Three tests of one name, of which those with 1 pass, and two whose titles read the same with their suites. */
const tests = (kafka: string): string => `
const results = require('node:fs').readFileSync(require('node:path').join(__dirname, 'results.txt'), 'utf8')
for (const [index, result] of [...results].entries()) {
  test('reads an order', async () => {
    await ${kafka}.topic('t').produce({ value: index })
    if (result === '0') throw new Error(\`case \${index}\`)
  })
}
describe('a > b', () => test('c', () => {}))
describe('a', () => describe('b', () => test('c', () => {})))
`

interface Started {
  project: ProjectFolder
  run: () => Promise<RunnerResult>
}

const runners: Record<string, () => Started> = {}
for (const version of [4, 5] as const) {
  runners[`Vitest ${version}`] = () => {
    const header =
      "import { createRequire } from 'node:module'\nimport { describe, kafka, test } from 'kafka-testkit/vitest'\n"
    const project = createProject(version, {
      'vitest.config.ts': `import kafka from 'kafka-testkit/vitest/config'
import { defineConfig } from 'vitest/config'
const include = ['*.test.ts']
const projects = ['p', 'q'].map((name) => ({ plugins: [kafka({ project: 'shop' })], test: { name, include } }))
export default defineConfig({ plugins: [kafka({ project: 'shop' })], test: { projects } })
`,
      'dup.test.ts': `${header}const require = createRequire(import.meta.url)\nconst __dirname = import.meta.dirname\n${tests('kafka')}`,
    })
    return { project, run: () => runVitest(project) }
  }
}
for (const version of [29, 30] as const) {
  runners[`Jest ${version}`] = () => {
    const project = createJestProject(version, {
      'jest.config.js': `module.exports = { reporters: ['default', 'kafka-testkit/jest/reporter'], projects: ['p', 'q'].map((displayName) => ({ displayName, preset: 'kafka-testkit', transform: {} })) }\n`,
      'dup.test.js': `const { kafka } = require('kafka-testkit/jest')\n${tests('kafka')}`,
    })
    return { project, run: () => runJest(project) }
  }
}

describe.each(Object.keys(runners))('%s', (name) => {
  test('tests of one name are told apart, from run to run, in compare and in JUnit', async () => {
    const { project, run: runTests } = runners[name]!()
    using _ = project
    const cli = async (...args: string[]): Promise<string> =>
      (await run(project, ['node_modules/kafka-testkit/dist/cli/main.js', ...args])).output
    for (const results of ['011', '110']) {
      writeFileSync(join(project.folder, 'results.txt'), results)
      const { lines, output } = await runTests()
      const keys = lines.flatMap((line) => (line.type === 'test' ? [line.key] : []))
      expect(new Set(keys).size, output).toBe(10)
    }
    const file = name.startsWith('Vitest') ? 'dup.test.ts' : 'dup.test.js'
    const named = (of: string): { project: string; file: string; name: string }[] =>
      ['p', 'q'].map((project) => ({ project, file, name: of }))
    const compared = JSON.parse(await cli('history', 'compare', '--json')) as Record<string, unknown[]>
    expect(compared).toMatchObject({ mended: named('reads an order'), newFailures: named('reads an order #3') })
    expect(compared).toMatchObject({ stillFailing: [], added: [], removed: [] })
    // Not those that were slower, as one is on a busy machine.
    const changed = (line: string): boolean => line.includes(file) && /(passed|failed) → (passed|failed)/.test(line)
    const text = (await cli('history', 'compare')).split('\n').filter(changed)
    expect(new Set(text).size).toBe(4)

    const xml = await cli('export', '--format', 'junit')
    const cases = [...xml.matchAll(/<testcase classname="([^"]*)" name="([^"]*)"/g)].map(([, ...of]) => of.join(': '))
    const paths = ['reads an order', 'reads an order #2', 'reads an order #3', 'a \\&gt; b &gt; c', 'a &gt; b &gt; c']
    expect(cases.sort()).toEqual(['p', 'q'].flatMap((one) => paths.map((path) => `|${one}| ${file}: ${path}`)).sort())
  })
})
