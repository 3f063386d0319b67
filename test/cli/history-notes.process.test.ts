import { expect, test, vi } from 'vitest'
import { createJestProject, runJest } from '../support/jest.ts'
import { createProject, type Finished, type ProjectFolder, run, runVitest } from '../support/project.ts'

// Each test runs a runner and a command.
vi.setConfig({ testTimeout: 60_000 })

const body = `
  const consumer = await kafka.consumer({ groupId: 'svc' })
  await consumer.subscribe({ topic: 'work', fromBeginning: true })
  await consumer.run({ eachMessage: async () => {} })
  await expect(kafka.group('svc')).toHaveMembers(1)
  consumer.pause([{ topic: 'work' }])
  await kafka.topic('work').produce([{ value: '1' }, { value: '2' }])
  await expect(kafka.topic('dead')).not.toReceiveRecord()
  await expect(kafka.topic('dead')).not.toReceiveRecord({}, { within: 20 })
`
const paused = 'client kafka-testkit of group svc has work/0 and does not ask for its records: it is paused'

/** What a check that held did not know: at the end of the run, and below the check in the history. */
async function expectToldIn(project: ProjectFolder, { output }: Finished): Promise<void> {
  expect(output).toMatch(new RegExp(`Not known\\s+a check: ${paused}`))
  const shown = await run(project, ['node_modules/kafka-testkit/dist/cli/main.js', 'history', 'show', 'latest'])
  expect(shown.output).toMatch(/paused {2,}svc {2}work\/0 {2}by this test/)
  expect(shown.output).toMatch(new RegExp(`✓ topic dead not toReceiveRecord in .*\\n *│ ${paused}`))
  expect(shown.output).toMatch(/✓ topic dead not toReceiveRecord in \S+ ms \(waited for 20 ms\)/)
}

test('on Vitest', async () => {
  using project = createProject(5, {
    'vitest.config.ts': `import kafka from 'kafka-testkit/vitest/config'
import { defineConfig } from 'vitest/config'
export default defineConfig({ plugins: [kafka()] })
`,
    'paused.test.ts': `import { expect, test } from 'kafka-testkit/vitest'
test('nothing goes to the dead letters while the consumer is paused', async ({ kafka }) => {${body}})
`,
  })
  const finished = await runVitest(project)
  expect(finished.exitCode, finished.output).toBe(0)
  await expectToldIn(project, finished)
})

test('on Jest', async () => {
  using project = createJestProject(30, {
    'jest.config.js': "module.exports = { preset: 'kafka-testkit', transform: {} }\n",
    'paused.test.js': `const { kafka } = require('kafka-testkit/jest')
test('nothing goes to the dead letters while the consumer is paused', async () => {${body}})
`,
  })
  const finished = await runJest(project)
  expect(finished.exitCode, finished.output).toBe(0)
  await expectToldIn(project, finished)
})
