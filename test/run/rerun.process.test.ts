import { execFile } from 'node:child_process'
import { promisify } from 'node:util'
import { expect, test } from 'vitest'
import { rerunCommand } from '../../src/run/rerun.ts'
import { createJestProject, runJest } from '../support/jest.ts'
import { createProject, type ProjectFolder, type RunnerResult, readStore, runVitest } from '../support/project.ts'

/** Titles that a shell or a regular expression reads otherwise; each is the beginning or the end of another's. */
const titles = ['costs $5 (more or less)', 'costs $5 (more or less) twice', "it's a > b", '`c` "d" [e] \\ f', 'f']
const file = (from: string): string => `${from}
describe('orders', () => {
  test.each(${JSON.stringify(titles)})('%s', async () => { await kafka.topic('t').produce({ value: 1 }) })
})
`

/** Runs the command for each test in a shell; the names of the tests that ran. */
async function rerun(project: ProjectFolder, { lines }: RunnerResult, entry: string): Promise<string[][]> {
  const [run] = lines
  const ran: string[][] = []
  for (const line of lines) {
    if (run?.type !== 'run' || line.type !== 'test') continue
    const command = rerunCommand(run, line).replace(/npx \w+/, entry)
    await promisify(execFile)('sh', ['-c', command], {
      cwd: project.folder,
      env: { ...process.env, NODE_OPTIONS: '', CI: '', VITEST: '' },
    })
    const again = readStore(project)
    ran.push(again.flatMap((one) => (one.type === 'test' && one.status === 'passed' ? [one.name] : [])))
  }
  return ran
}

const each = titles.map((title) => [`orders > ${title}`])

test.each([4, 5] as const)(
  'Vitest %i runs just the test that is meant',
  async (version) => {
    using project = createProject(version, {
      'vitest.config.ts': "import kafka from 'kafka-testkit/vitest/config'\nexport default { plugins: [kafka()] }\n",
      'orders [1].test.ts': file(
        "import { describe } from 'vitest'\nimport { kafka, test } from 'kafka-testkit/vitest'",
      ),
    })
    const first = await runVitest(project)
    expect(first.exitCode, first.output).toBe(0)
    expect(await rerun(project, first, `${process.execPath} node_modules/vitest/vitest.mjs`)).toEqual(each)
  },
  120_000,
)

test('Jest runs just the test that is meant', async () => {
  using project = createJestProject(30, {
    'jest.config.js': "module.exports = { preset: 'kafka-testkit' }",
    'orders [1].test.js': file("const { kafka } = require('kafka-testkit/jest')"),
  })
  const first = await runJest(project)
  expect(first.exitCode, first.output).toBe(0)
  expect(await rerun(project, first, `${process.execPath} node_modules/jest/bin/jest.js`)).toEqual(each)
}, 120_000)
