import { cpSync, mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import type { Line } from '../../src/run/model.ts'
import { createProject, type Finished, type Project, run, runVitest } from '../support/project.ts'

const config = `import kafka from 'kafka-testkit/vitest/config'
import { defineConfig } from 'vitest/config'
export default defineConfig({ plugins: [kafka({ project: 'shop' })] })
`
const orders = `import { expect, test } from 'kafka-testkit/vitest'
import { describe } from 'vitest'
describe('orders', () => {
  test('are accepted', async ({ kafka }) => {
    await kafka.topic('orders').produce({ key: 'o-1', value: { sku: 'lamp' } })
    await expect(kafka.topic('orders')).toReceiveRecord({ key: 'o-1' })
  })
  test('are rejected', async ({ kafka }) => {
    await kafka.topic('orders').produce({ key: 'o-2', value: { sku: 'lamp' } })
    await expect(kafka.topic('orders')).toReceiveRecord({ key: 'o-3' }, { timeout: 20 })
  })
})
test('no Kafka', () => {})
`
const ids: string[] = []
let project: Project

const cli = (...args: string[]): Promise<Finished> =>
  run(project, ['node_modules/kafka-testkit/dist/cli/main.js', ...args])

/** What differs from run to run made the same; the spaces around it too, as columns are as wide as what is in them. */
const stable = ({ output }: Finished): string =>
  output
    .replaceAll(/[0-9a-f]{8}-[0-9a-f-]{27}/g, '<id>')
    .replaceAll(/\d{4}-\d\d-\d\d \d\d:\d\d:\d\d/g, '<time>')
    .replaceAll(/vitest \d+\.\d+\.\d+/g, 'vitest <version>')
    .replaceAll(/\d+(\.\d+)? m?s\b/g, '<n> ms')
    .replaceAll(/ +/g, ' ')
    .replaceAll(/[▁▂▃▄▅▆▇█]+/g, '<picture>')
    .trim()

beforeAll(async () => {
  project = createProject(5, {
    'vitest.config.ts': config,
    'orders.test.ts': orders,
    '.git/HEAD': 'ref: refs/heads/checkout\n',
  })
  for (const args of [['-t', 'are accepted'], []]) {
    const { lines } = await runVitest(project, args)
    if (lines[0]?.type === 'run') ids.push(lines[0].id)
  }
}, 60_000)
afterAll(() => project[Symbol.dispose]())

test('what is wrong with the arguments is said, with exit code 1; help is no failure', async () => {
  expect(await cli('history', '--limit', 'many')).toEqual({
    exitCode: 1,
    output: expect.stringMatching(
      /^error: option '--limit <n>' argument 'many' is invalid\. a whole number is wanted\n/,
    ),
  })
  expect(await cli('history', '--help')).toMatchObject({ exitCode: 0, output: expect.stringMatching(/^Usage: /) })
})

describe('history', () => {
  test('lists the runs, the newest first', async () => {
    const { exitCode, output } = await cli('history')
    expect(exitCode).toBe(0)
    expect(stable({ exitCode, output })).toMatchInlineSnapshot(`
      "ID TIME BRANCH STATUS TESTS FAILED ERRORS FLAKY KAFKA DURATION
      <id> <time> checkout failed 3 1 0 0 2 <n> ms
      <id> <time> checkout passed 3 0 0 0 1 <n> ms

      Duration <picture> <n> ms to <n> ms, the newest at the right"
    `)
    expect(output.indexOf(ids[1]!)).toBeLessThan(output.indexOf(ids[0]!))
  })

  test('--json has them with all that is known', async () => {
    const { output } = await cli('history', '--json')
    expect(JSON.parse(output)).toMatchObject([
      {
        id: ids[1],
        project: 'shop',
        branch: 'checkout',
        state: 'failed',
        tests: 3,
        passed: 2,
        failed: 1,
        withKafka: 2,
      },
      { id: ids[0], state: 'passed', passed: 1, skipped: 2 },
    ])
  })

  test('says so where nothing is stored, and fails for what is not there', async () => {
    using empty = createProject(5, {})
    const main = join(project.folder, 'node_modules/kafka-testkit/dist/cli/main.js')
    const nothing = await run(empty, [main, 'history'])
    expect(nothing).toMatchObject({ exitCode: 0, output: expect.stringContaining('No runs are stored here yet') })
    expect(JSON.parse((await run(empty, [main, 'history', '--json'])).output)).toEqual([])
    const show = await run(empty, [main, 'history', 'show', 'latest'])
    expect(show).toMatchObject({ exitCode: 1, output: expect.stringContaining('no runs are stored here') })
  })

  test('does without its index, and tells of a file that it can not read', async () => {
    using other = createProject(5, {})
    cpSync(join(project.folder, '.kafka-testkit/runs'), join(other.folder, '.kafka-testkit/runs'), { recursive: true })
    mkdirSync(join(other.folder, '.kafka-testkit/runs/odd'))
    writeFileSync(join(other.folder, '.kafka-testkit/runs/odd/run.ndjson'), '{"type":"run","schema":99}\n')
    const main = join(project.folder, 'node_modules/kafka-testkit/dist/cli/main.js')
    const { exitCode, output } = await run(other, [main, 'history'])
    expect(exitCode).toBe(0)
    for (const id of ids) expect(output).toContain(id)
    expect(output).toMatch(/kafka-testkit: left out .*run\.ndjson: it is of version 99 of the model/)
  })
})

describe('history show', () => {
  test('prints what each test did', async () => {
    expect(stable(await cli('history', 'show', 'latest'))).toMatchInlineSnapshot(`
      "Run <id> of <time>, vitest <version>, embedded, branch checkout

      ✓ orders.test.ts > orders > are accepted (<n> ms, 1 produced (17 B), 1 received (17 B))
       <n> ms task produce on orders, 1 record in <n> ms
       <n> ms topic created orders 1 partition
       <n> ms produced orders/0@0 key "o-1" value {"sku":"lamp"} by this test
       <n> ms check ✓ topic orders toReceiveRecord in <n> ms

      ✗ orders.test.ts > orders > are rejected (failed, <n> ms, 1 produced (17 B), 1 received (17 B))
       <n> ms task produce on orders, 1 record in <n> ms
       <n> ms produced orders/0@1 key "o-2" value {"sku":"lamp"} by this test
       <n> ms check ✗ topic orders toReceiveRecord in <n> ms
       │ expect(topic).toReceiveRecord(expected) failed
       │
       │ Topic: orders (1 partition, embedded)
       │ Expected: {"key": "o-3"}
       │ Received: 1 record since the test began; it doesn't match
       │ Timeout: <n> ms
       │
       │ Closest record: orders/0@1, <n> ms into the test
       │ - Expected
       │ + Received
       │
       │ {
       │ - "key": "o-3",
       │ + "key": "o-2",
       │ }
       │
       │ Timeline
       │ <n> ms produced orders/0@1 key "o-2" by this test
       again npx vitest run orders.test.ts -t '^ ?orders (> )?are rejected$'

      1 test without Kafka"
    `)
  })

  test('--test shows those with the name in theirs', async () => {
    const { output } = await cli('history', 'show', 'latest', '--test', 'accepted')
    expect(output).toContain('orders > are accepted')
    expect(output).not.toContain('are rejected')
  })

  test('--test with a name that no test has names those that there are', async () => {
    expect(stable(await cli('history', 'show', 'latest', '--test', 'acepted'))).toMatchInlineSnapshot(`
      "kafka-testkit: no test of this run has "acepted" in its name; the tests are:
       orders > are accepted
       orders > are rejected
       no Kafka"
    `)
  })

  test('an older run by the beginning of its id', async () => {
    const [first, second] = ids as [string, string]
    const length = [...first].findIndex((character, index) => character !== second[index]) + 1
    const { exitCode, output } = await cli('history', 'show', first.slice(0, length))
    expect(exitCode).toBe(0)
    expect(output).toContain(first)
    const both = await cli('history', 'show', first.slice(0, length - 1))
    expect(both).toMatchObject({ exitCode: 1, output: expect.stringContaining('begins 2 ids') })
    const none = await cli('history', 'show', 'xyz')
    expect(none).toMatchObject({ exitCode: 1, output: expect.stringContaining('there is no run "xyz"') })
  })

  test.each([
    ['behind show', ['history', 'show', 'latest', '--test', 'rejected', '--json']],
    ['before show', ['history', '--json', 'show', 'latest', '--test', 'rejected']],
  ])('--json %s prints the lines', async (_, args) => {
    const lines = JSON.parse((await cli(...args)).output) as Line[]
    expect(lines.map(({ type }) => type)).toEqual(
      expect.arrayContaining(['run', 'test', 'task', 'event', 'check', 'end']),
    )
    expect(lines.filter((line) => line.type === 'test')).toMatchObject([
      { name: 'orders > are rejected', status: 'failed' },
    ])
  })
})
