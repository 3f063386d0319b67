import { existsSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { createProject, type Project, run } from '../support/project.ts'
import { linesOf } from '../support/report.ts'

let project: Project
beforeAll(() => {
  project = createProject(5, {
    'vitest.config.ts': `
import kafka from 'kafka-testkit/vitest/config'
import { defineConfig } from 'vitest/config'
export default defineConfig({ plugins: [kafka({ timeout: 300 })] })
`,
    'a.test.ts': `
import { expect, test } from 'kafka-testkit/vitest'
test('an order is rejected', async ({ kafka }) => {
  await kafka.topic('orders').produce({ key: 'o-1', value: { type: 'accepted', card: '4111111111111111' } })
  if (process.env.FAILS) await expect(kafka.topic('orders')).toReceiveRecord({ key: 'o-1', value: { type: 'rejected' } })
})
`,
  })
})
afterAll(() => project[Symbol.dispose]())

/** The address that a run printed, and what it wrote on the page of the job. */
async function runTests(
  env: Record<string, string>,
): Promise<{ href: string | undefined; job: string; output: string }> {
  const summary = join(project.folder, 'job.md')
  writeFileSync(summary, '')
  const { output } = await run(project, ['node_modules/vitest/vitest.mjs', 'run'], {
    GITHUB_STEP_SUMMARY: summary,
    ...env,
  })
  const [, href] = /Report\s+(file:\S+)/.exec(output) ?? []
  return { href, job: readFileSync(summary, 'utf8'), output }
}

const page = (href: string | undefined): string => readFileSync(fileURLToPath(href!), 'utf8')

test('a run that failed writes its report and says where, and a summary of the job', async () => {
  const { href, job, output } = await runTests({ FAILS: 'yes' })
  expect(href, output).toContain('/.kafka-testkit/runs/')
  expect(linesOf(page(href)).map(({ type }) => type)).toEqual(expect.arrayContaining(['page', 'run', 'check', 'end']))
  expect(job).toContain('1 of 1 failed')
  expect(job).toContain('Closest record ` orders/0@0 `')
})

test('what is redacted is so in the report and in the summary of the job', async () => {
  const { href, job, output } = await runTests({ FAILS: 'yes', KAFKA_TESTKIT_REDACT: 'all' })
  for (const text of [JSON.stringify(linesOf(page(href))), job]) {
    expect(text, output).toContain('an order is rejected')
    expect(text).not.toContain('4111')
    expect(text).not.toContain('accepted')
  }
})

test.each([
  [{}, false, true],
  [{ KAFKA_TESTKIT_REPORT: 'always' }, true, true],
  [{ KAFKA_TESTKIT_REPORT: 'never', FAILS: 'yes' }, false, false],
])('with %j', async (env, isWritten, isOnTheJob) => {
  const { href, job, output } = await runTests(env)
  expect(href !== undefined && existsSync(fileURLToPath(href)), output).toBe(isWritten)
  expect(job !== '').toBe(isOnTheJob)
})
