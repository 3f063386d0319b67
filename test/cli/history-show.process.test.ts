import { mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest'
import { storeRun } from '../support/history.ts'
import { createJestProject, runJest } from '../support/jest.ts'
import { createProject, type Finished, type Project, type ProjectFolder, run, runVitest } from '../support/project.ts'

// Each test runs a runner or a command several times.
vi.setConfig({ testTimeout: 60_000, hookTimeout: 60_000 })

const config = `import kafka from 'kafka-testkit/vitest/config'
import { defineConfig } from 'vitest/config'
export default defineConfig({ plugins: [kafka({ project: 'shop' })] })
`
const show = (project: ProjectFolder, ...args: string[]): Promise<Finished> =>
  run(project, ['node_modules/kafka-testkit/dist/cli/main.js', 'history', 'show', 'latest', ...args])

/** What differs from run to run made the same. */
const stable = (output: string): string =>
  output
    .replaceAll(/[0-9a-f]{8}-[0-9a-f-]{27}/g, '<id>')
    .replaceAll(/\d{4}-\d\d-\d\d \d\d:\d\d:\d\d/g, '<time>')
    .replaceAll(/(vitest|jest) \d+\.\d+\.\d+/g, '$1 <version>')
    .replaceAll(/ *\d+(\.\d+)? m?s\b/g, ' <n> ms')
    .replaceAll(/ {2,}/g, '  ')
    .trim()

const tests = `
test('fails by an assertion of the runner', async () => {
  await kafka.topic('t').produce({ value: 1 })
  expect(1).toBe(2)
})
test('fails without Kafka', () => expect('one').toBe('two'))
test('passes without Kafka', () => {})
test('a matcher does not hold', async () => {
  await kafka.topic('t').produce({ key: 'a', value: { type: 'accepted' } })
  await expect(kafka.topic('t')).toReceiveRecord({ value: { type: 'rejected' } }, { timeout: 20 })
})
`

describe('on Vitest', () => {
  let project: Project
  let output: string
  beforeAll(async () => {
    project = createProject(5, {
      'vitest.config.ts': config,
      'why.test.ts': `import { expect, kafka, test } from 'kafka-testkit/vitest'\n${tests}`,
      'attempts.test.ts': `import { test } from 'kafka-testkit/vitest'
let n = 0
test('passes the third time', { retry: 2 }, () => {
  n += 1
  if (n < 3) throw new TypeError(\`no \${n}\`)
})
`,
      'service.test.ts': `import { Kafka } from 'kafkajs'
import { expect, test } from 'kafka-testkit/vitest'
test('writes a batch, a tombstone, bytes and text', async ({ kafka }) => {
  await kafka.topic('many').produce([{ key: 'a', value: 1 }, { key: 'b', value: null }, { key: Buffer.from([255]), value: 'two\\nlines' }])
  await kafka.topic('long').produce({ value: 'x'.repeat(1000) })
})
test('a service acts where nobody looks', async ({ kafka }) => {
  const service = new Kafka({ clientId: 'billing', brokers: [...kafka.brokers], logLevel: 0 })
  const producer = service.producer()
  await producer.connect()
  await producer.send({ topic: 'payments', messages: [{ key: 'o-1', value: '{"amount":3}' }] })
  await producer.send({ topic: 'payments', messages: Array.from({ length: 60 }, (_, n) => ({ value: String(n) })) })
  await producer.disconnect()
})
test('is paused', async ({ kafka }) => {
  const consumer = await kafka.consumer({ groupId: 'svc' })
  await consumer.subscribe({ topic: 'work', fromBeginning: true })
  await consumer.run({ eachMessage: async () => {} })
  await expect(kafka.group('svc')).toHaveMembers(1)
  consumer.pause([{ topic: 'work' }])
  await kafka.topic('work').produce([{ value: '1' }, { value: '2' }])
  await expect(kafka.topic('dead')).not.toReceiveRecord()
})
test('writes a secret', async ({ kafka }) => {
  kafka.redact({ records: true })
  await kafka.topic('secrets').produce({ key: 'hunter2', value: { password: 'hunter2' } })
})
`,
    })
    output = (await runVitest(project)).output
  })
  afterAll(() => project[Symbol.dispose]())

  test('says why each test failed, with or without Kafka', async () => {
    expect(stable((await show(project, '--test', 'fails')).output)).toMatchSnapshot()
  })

  test('does not repeat what a check has said', async () => {
    const shown = (await show(project, '--test', 'a matcher')).output
    expect(shown.match(/expect\(topic\)\.toReceiveRecord/g)).toHaveLength(1)
    expect(shown).not.toMatch(/^ +error /m)
  })

  test('has the errors of each attempt', async () => {
    expect(stable((await show(project, '--test', 'third')).output)).toMatchSnapshot()
  })

  test('has keys and values, as far as they may be shown', async () => {
    const shown = stable((await show(project, '--test', 'writes')).output)
    expect(shown).toMatchSnapshot()
    expect(shown).not.toContain('hunter2')
  })

  test('has what a service wrote, of many records the first', async () => {
    const shown = (await show(project, '--test', 'a service')).output
    expect(shown).toMatch(/produced {7}payments\/0@0 {2}key "o-1" {2}value {"amount":3} {2}by client billing/)
    expect(shown).toMatch(/payments\/0@1 {2}value 0\n.*payments\/0@2 {2}value 1\n/)
    expect(shown).toContain('… 40 records more')
  })

  test('names a partition that is paused', async () => {
    const shown = (await show(project, '--test', 'is paused')).output
    expect(shown).toMatch(/ paused +svc {2}work\/0 {2}/)
  })

  test('the summary says it too', () => {
    const summary = output.slice(output.indexOf(' Kafka\n'))
    expect(summary).toContain('Failed  fails by an assertion of the runner: AssertionError: expected 1 to be 2')
    expect(summary).toContain("fails without Kafka: AssertionError: expected 'one' to be 'two'")
    expect(summary).toMatch(/toReceiveRecord, closest record t\/0@1 {2}key "a" {2}value {"type":"accepted"}\n/)
  })
})

test('Jest says why a test failed', async () => {
  using project = createJestProject(30, {
    'jest.config.js': "module.exports = { preset: 'kafka-testkit', transform: {} }\n",
    'why.test.js': `const { kafka } = require('kafka-testkit/jest')\n${tests}`,
  })
  await runJest(project)
  expect(stable((await show(project, '--test', 'fails')).output)).toMatchSnapshot()
})

test('what others named or wrote can not steer the terminal', async () => {
  using project = createProject(5, {})
  mkdirSync(join(project.folder, '.kafka-testkit'), { recursive: true })
  const evil = '\u001b[2J\u001b[31mred\u001b[0m \u009b1m\u0007bell \u202egnp.exe'
  storeRun(project.folder, { ago: 1, branch: evil, tests: [{ name: evil, status: 'failed' }] })
  storeRun(project.folder, { branch: evil, tests: [{ name: `${evil} ` }] })
  writeFileSync(join(project.folder, '.kafka-testkit/runs/odd'), '')
  const main = 'node_modules/kafka-testkit/dist/cli/main.js'
  for (const args of [
    ['show', 'latest'],
    ['show', 'latest', '--test', 'none'],
    ['list'],
    ['list', '--test', 'red'],
    ['compare'],
  ]) {
    const { output } = await run(project, [main, 'history', ...args])
    expect(output, args.join(' ')).toContain('red')
    // biome-ignore lint/suspicious/noControlCharactersInRegex: none of these may be there.
    expect(output, args.join(' ')).not.toMatch(/[\u0000-\u0009\u000b-\u001f\u007f-\u009f\u202a-\u202e]/)
  }
})
