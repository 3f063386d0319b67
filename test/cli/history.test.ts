import { appendFileSync, mkdirSync, readdirSync, readFileSync, rmSync, truncateSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { createFolder, type Ended, type Folder, kafkaTestkit } from '../support/cli.ts'
import { storeRun } from '../support/history.ts'

let folder: Folder
beforeEach(() => {
  folder = createFolder({})
})
afterEach(() => folder[Symbol.dispose]())

const cli = (...args: string[]): Promise<Ended> => kafkaTestkit(folder.path, args)
const stable = ({ output }: Ended): string =>
  output
    .replaceAll(/[0-9a-f]{8}-[0-9a-f-]{27}/g, '<id>')
    .replaceAll(/\d{4}-\d\d-\d\d \d\d:\d\d:\d\d/g, '<time>')
    .replaceAll(folder.path, '<project>')
    .trim()
const listed = async (...args: string[]): Promise<string[]> => {
  const { output } = await cli('history', 'list', '--json', ...args)
  return (JSON.parse(output) as { id: string }[]).map(({ id }) => id)
}

test('list takes what is asked for', async () => {
  const day = 24 * 60
  const old = storeRun(folder.path, { ago: 3 * day, branch: 'main', tests: [{ name: 'orders' }] })
  const failed = storeRun(folder.path, {
    ago: day,
    branch: 'stock',
    environment: 'staging',
    tests: [{ name: 'orders', status: 'failed' }],
  })
  const flaky = storeRun(folder.path, { ago: 5, branch: 'main', tests: [{ name: 'payments', flaky: true }] })
  expect(await listed()).toEqual([flaky, failed, old])
  expect(await listed('--branch', 'main')).toEqual([flaky, old])
  expect(await listed('--environment', 'staging')).toEqual([failed])
  expect(await listed('--status', 'failed')).toEqual([failed])
  expect(await listed('--status', 'flaky')).toEqual([flaky])
  expect(await listed('--since', '2d')).toEqual([flaky, failed])
  expect(await listed('--since', '1h', '--branch', 'stock')).toEqual([])
  expect(await listed('--test', 'orders')).toEqual([failed, old])
  expect(await listed('--test', 'orders', '--status', 'passed')).toEqual([old])
  expect(await listed('--limit', '1')).toEqual([flaky])
  expect(await cli('history', '--branch', 'none')).toMatchObject({ output: 'None of 3 runs is meant\n' })
  expect(await cli('history', '--status', 'green')).toMatchObject({
    exitCode: 1,
    output: expect.stringContaining('Allowed choices are passed, failed'),
  })
  expect(await cli('history', '--since', 'lately')).toMatchObject({
    exitCode: 1,
    output: expect.stringContaining('write 30m, 12h, 7d, 2w or a date'),
  })
})

test('the durations of a test are a picture, the newest at the right', async () => {
  for (const [index, duration] of [100, 120, 400, 110].entries()) {
    storeRun(folder.path, { ago: 10 - index, tests: [{ name: 'orders', duration }] })
  }
  expect(stable(await cli('history', '--test', 'orders'))).toMatchInlineSnapshot(`
    "ID                                    TIME                 BRANCH  STATUS  DURATION  TEST
    <id>  <time>  main    passed    110 ms  orders
    <id>  <time>  main    passed    400 ms  orders
    <id>  <time>  main    passed    120 ms  orders
    <id>  <time>  main    passed    100 ms  orders

    Duration  ▁▁█▁  100 ms to 400 ms, the newest at the right"
  `)
})

test('compare tells what a run has that an earlier one had not', async () => {
  storeRun(folder.path, {
    ago: 10,
    tests: [
      { name: 'breaks' },
      { name: 'is broken', status: 'failed' },
      { name: 'is mended', status: 'timed out' },
      { name: 'wavers' },
      { name: 'slows', duration: 100 },
      { name: 'slows a lot', duration: 100 },
      { name: 'is as slow as chance', duration: 20 },
      { name: 'goes' },
    ],
  })
  storeRun(folder.path, {
    ago: 5,
    tests: [
      { name: 'breaks', status: 'crashed' },
      { name: 'is broken', status: 'failed' },
      { name: 'is mended' },
      { name: 'wavers', flaky: true },
      { name: 'slows', duration: 200 },
      { name: 'slows a lot', duration: 900 },
      { name: 'is as slow as chance', duration: 60 },
      { name: 'comes' },
    ],
  })
  expect(stable(await cli('history', 'compare'))).toMatchInlineSnapshot(`
    "<id> against <id>

    New failures (1)
      passed → crashed  13 ms → 13 ms  test/orders.test.ts > breaks

    Still failing (1)
      failed  13 ms → 13 ms  test/orders.test.ts > is broken

    Mended (1)
      timed out → passed  13 ms → 13 ms  test/orders.test.ts > is mended

    Flaky (1)
      passed  13 ms → 13 ms  test/orders.test.ts > wavers

    Slower (2)
      passed  100 ms → 900 ms  test/orders.test.ts > slows a lot
      passed  100 ms → 200 ms  test/orders.test.ts > slows

    New tests (1)
      passed  13 ms  test/orders.test.ts > comes

    Tests that are gone (1)
      passed  13 ms  test/orders.test.ts > goes"
  `)
  const { output } = await cli('history', 'compare', '--json')
  expect(JSON.parse(output)).toMatchObject({ newFailures: [{ name: 'breaks', after: { status: 'crashed' } }] })
})

test('tests of one name are told apart by their order, in runs of earlier versions too', async () => {
  const cases = (...statuses: ('passed' | 'failed')[]): { name: string; status: 'passed' | 'failed' }[] =>
    statuses.map((status) => ({ name: 'reads an order', status }))
  storeRun(folder.path, { ago: 10, tests: cases('failed', 'passed', 'passed') })
  storeRun(folder.path, { ago: 5, tests: cases('passed', 'passed', 'failed') })
  expect(stable(await cli('history', 'compare'))).toMatchInlineSnapshot(`
    "<id> against <id>

    New failures (1)
      passed → failed  13 ms → 13 ms  test/orders.test.ts > reads an order #3

    Mended (1)
      failed → passed  13 ms → 13 ms  test/orders.test.ts > reads an order"
  `)
  const { output } = await cli('export', '--format', 'junit')
  expect(output.match(/ name="reads [^"]*"/g)).toEqual([
    ' name="reads an order"',
    ' name="reads an order #2"',
    ' name="reads an order #3"',
  ])
})

test('compare needs two runs', async () => {
  const id = storeRun(folder.path, { tests: [{ name: 'orders' }] })
  expect(stable(await cli('history', 'compare'))).toContain('there is no run before <id> to compare it with')
  expect(await cli('history', 'compare', id)).toMatchObject({
    exitCode: 1,
    output: expect.stringContaining('both are'),
  })
})

test('delete and prune take runs out, and nothing else', async () => {
  const ids = [4, 3, 2, 1].map((ago) => storeRun(folder.path, { ago, tests: [{ name: 'orders' }] }))
  const foreign = join(folder.path, '.kafka-testkit/runs/notes')
  mkdirSync(foreign)
  await cli('history', 'delete', ids[3]!)
  expect(await listed()).toEqual([ids[2], ids[1], ids[0]])
  expect(await cli('history', 'prune', '--runs', '1')).toMatchObject({ output: 'Deleted 2 runs\n' })
  expect(await listed()).toEqual([ids[2]])
  expect(await cli('history', 'prune', '--days', '0')).toMatchObject({ output: 'Deleted 1 run\n' })
  expect(readdirSync(join(folder.path, '.kafka-testkit/runs'))).toEqual(['notes'])
})

test('a store with truncated, foreign and newer files says so and works on', async () => {
  const whole = storeRun(folder.path, { ago: 9, tests: [{ name: 'orders' }] })
  const cut = storeRun(folder.path, { ago: 8, tests: [{ name: 'orders' }] })
  const newer = storeRun(folder.path, { ago: 7, tests: [{ name: 'orders' }], schema: 3 as 2 })
  const wrong = storeRun(folder.path, { ago: 6, tests: [{ name: 'orders' }] })
  const path = (id: string): string => join(folder.path, '.kafka-testkit/runs', id, 'run.ndjson')
  truncateSync(path(cut), 900)
  writeFileSync(path(wrong), readFileSync(path(wrong), 'utf8').replace('"verdict":"passed"', '"verdict":"hunter2"'))
  mkdirSync(join(folder.path, '.kafka-testkit/runs/odd'))
  writeFileSync(path('odd'), 'not of ours\n')
  writeFileSync(join(folder.path, '.kafka-testkit/index.ndjson'), '["cut off')

  const list = await cli('history', '--json')
  expect(list.exitCode).toBe(0)
  expect(list.output).toContain(whole)
  expect(stable(await cli('history', 'verify'))).toMatchInlineSnapshot(`
    "<project>/.kafka-testkit/runs/odd/run.ndjson: it is no run of kafka-testkit
    <project>/.kafka-testkit/runs/<id>/run.ndjson: it is of version 3 of the model, this kafka-testkit reads up to version 2: update it
    <project>/.kafka-testkit/runs/<id>/run.ndjson: it is cut off: its end is missing
    <project>/.kafka-testkit/runs/<id>/run.ndjson: line 6 (check): verdict is not of the model
    2 runs, 4 problems"
  `)
  expect((await cli('history', 'verify')).exitCode).toBe(1)
  const show = await cli('history', 'show', cut)
  expect(show).toMatchObject({ exitCode: 0, output: expect.stringContaining('is no JSON (the file is cut off)') })
  expect(await cli('history', 'show', newer)).toMatchObject({
    output: expect.stringContaining('version 3 of the model'),
  })
})

test('a run whose process was killed shows what had ended', async () => {
  const id = storeRun(folder.path, { tests: [{ name: 'orders' }, { name: 'payments' }] })
  const killed = join(folder.path, '.kafka-testkit/runs', id)
  const lines = readFileSync(join(killed, 'run.ndjson'), 'utf8').split('\n')
  rmSync(join(folder.path, '.kafka-testkit'), { recursive: true })
  mkdirSync(killed, { recursive: true })
  writeFileSync(join(killed, 'started.json'), JSON.stringify({ run: JSON.parse(lines[0]!), pid: 2 ** 30 }))
  writeFileSync(join(killed, 'partial.ndjson'), lines.slice(0, 6).join('\n'))
  appendFileSync(join(killed, 'partial.ndjson'), '\n{"type":"te')
  expect((await cli('history')).output).toMatch(/ lost$/m)
  const { output } = await cli('history', 'show', 'latest')
  expect(output).toContain('It was lost')
  expect(output).toContain('orders.test.ts > orders')
})

test('a shard that was tried again counts as it went the last time', async () => {
  const ci = { name: 'CI', build: '5', url: null, job: 'test', attempt: 1, pullRequest: null }
  const source = join(folder.path, 'source')
  const shard = (index: number): { index: number; count: number } => ({ index, count: 2 })
  storeRun(source, { ago: 3, ci, shard: shard(1), tests: [{ name: 'a', id: '1' }] })
  storeRun(source, { ago: 3, ci, shard: shard(2), tests: [{ name: 'b', id: '1', status: 'failed' }] })
  storeRun(source, { ago: 2, ci: { ...ci, attempt: 2 }, shard: shard(2), tests: [{ name: 'b', id: '1' }] })
  await cli('history', 'import', 'source')
  const { output } = await cli('history', '--json')
  expect(JSON.parse(output)).toMatchObject([{ state: 'passed', tests: 2, shard: null }])
  expect((await cli('history', 'verify')).output).toBe('1 run, all as they should be\n')
})

test('shards of no build are merged only where it is clear which belong together', async () => {
  const source = join(folder.path, 'source')
  for (const index of [1, 2, 2]) storeRun(source, { shard: { index, count: 2 }, tests: [{ name: `${index}` }] })
  expect((await cli('history', 'import', 'source')).output).toContain('Not merged: of 2 shards there are 1, 2, 2')
  expect(await listed()).toHaveLength(3)
})

test('import says which folder has no store', async () => {
  mkdirSync(join(folder.path, 'empty'))
  expect(await cli('history', 'import', 'empty')).toMatchObject({
    exitCode: 1,
    output: expect.stringContaining('empty holds no store'),
  })
})
