import { spawn } from 'node:child_process'
import { mkdirSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { uuid7 } from '../../src/base/ids.ts'
import type { Line, TestLine } from '../../src/run/model.ts'
import { lineSchema } from '../../src/run/schema.ts'
import { createProject, type Project, run, runVitest, type VitestResult } from '../support/project.ts'

const config = (options = ''): string => `import kafka from 'kafka-testkit/vitest/config'
import { defineConfig } from 'vitest/config'
export default defineConfig({ plugins: [kafka(${options})], test: { include: ['*.test.ts'] } })
`
const passing = `import { expect, test } from 'kafka-testkit/vitest'
test('passes', async ({ kafka }) => {
  await kafka.topic('orders').produce({ key: 'o-1', value: 'lamp' })
  await expect(kafka.topic('orders')).toReceiveRecord({ key: 'o-1' })
})
`
const waiting = `import { test } from 'kafka-testkit/vitest'
test('never ends', { timeout: 0 }, async ({ kafka }) => {
  await kafka.topic('orders').produce({ key: 'o-1', value: 'lamp' })
  console.log('AT WORK')
  await new Promise(() => {})
})
`
/** Ends in each way that a test can, with values in it that don't fit into JSON. */
const odd = `import { expect, test } from 'kafka-testkit/vitest'

const bigint = {
  name: 'bigint',
  serialize: (value) => Buffer.from(String(value)),
  deserialize: (bytes) => BigInt(bytes.toString()),
}
const cyclic = () => {
  const value = { sku: 'lamp' }
  value.self = value
  return value
}

test('fails', async ({ kafka }) => {
  await kafka.topic('failed').produce({ key: 'k', value: 'there' })
  await expect(kafka.topic('failed')).toReceiveRecord({ value: 'wanted' }, { timeout: 20 })
})
let tries = 0
test('is retried', { retry: 1 }, async ({ kafka }) => {
  await kafka.topic('retried').produce({ value: { tries: ++tries } })
  expect(tries).toBe(2)
})
test('runs into its timeout', { timeout: 2000 }, async ({ kafka }) => {
  await kafka.topic('timed-out').produce({ value: 'before' })
  await new Promise(() => {})
})
test('can not write', async ({ kafka }) => {
  await expect(kafka.topic('orders').produce({ value: { n: 1n } })).rejects.toThrow('BigInt')
})
test.skip('is skipped', () => {})

test('a BigInt', async ({ kafka }) => {
  const topic = kafka.topic('bigints', { value: bigint })
  await topic.produce({ value: 10n })
  await expect(topic).toReceiveRecord({ value: 10n })
  await expect(topic).not.toReceiveRecord({ value: { n: 11n } })
  expect(await topic.receive()).toMatchRecord({ value: 12n })
})
test('a cycle', async ({ kafka }) => {
  const topic = kafka.topic('cycles', { value: { serialize: () => Buffer.from('-'), deserialize: cyclic } })
  await topic.produce({ value: cyclic() })
  await expect(topic).toReceiveRecord({ value: { sku: 'lamp' } })
  await expect(topic).toReceiveRecord({ value: cyclic() })
  expect(await topic.receive()).toMatchRecord({ value: { ...cyclic(), sku: 'bulb' } })
})
test('odd bytes', async ({ kafka }) => {
  const topic = kafka.topic('bytes')
  const odd = Buffer.from([0xff, 0x00, 0xfe])
  await topic.produce([
    { key: odd, value: odd, headers: { odd } },
    // The preview is cut within a character.
    { key: new Uint8Array(new SharedArrayBuffer(3)), value: 'é'.repeat(20_001) },
    { key: '', value: Buffer.alloc(0) },
  ])
  await expect(topic).toReceiveRecord({ key: odd, value: odd, headers: { odd } })
  await expect(topic).toReceiveRecordCount(3)
  expect(await topic.receive({ key: odd })).toMatchRecord({ value: Buffer.from([1, 2]) })
})
test('50 MB of records', { timeout: 60_000 }, async ({ kafka }) => {
  const topic = kafka.topic('large')
  for (let n = 0; n < 50; n += 1) await topic.produce({ key: 'n-' + n, value: Buffer.alloc(1_000_000, 'v') })
  await expect(topic).toReceiveRecordCount(50, { timeout: 30_000 })
  await expect(topic).not.toReceiveRecord({ key: 'n-50' }, { timeout: 30_000 })
})
`

describe.each([4, 5] as const)('what a run on Vitest %i leaves', (version) => {
  let project: Project
  let result: VitestResult
  beforeAll(async () => {
    project = createProject(version, { 'vitest.config.ts': config(), 'odd.test.ts': odd })
    result = await runVitest(project)
  }, 100_000)
  afterAll(() => project[Symbol.dispose]())

  const of = <Type extends Line['type']>(name: string, type: Type) => {
    const { id } = testNamed(name)
    return result.lines.filter(
      (line): line is Extract<Line, { type: Type }> => line.type === type && 'test' in line && line.test === id,
    )
  }
  const testNamed = (name: string): TestLine => {
    const found = result.lines.find((line): line is TestLine => line.type === 'test' && line.name === name)
    if (found === undefined) throw new Error(`no test "${name}" is stored\n${result.output}`)
    return found
  }

  test('is of the published model, each line', () => {
    const wrong = result.lines.flatMap((line) => lineSchema.safeParse(line).error?.issues ?? [])
    expect(wrong).toEqual([])
    expect(result.lines[0]).toMatchObject({ type: 'run', runner: { name: 'vitest' }, cluster: { kind: 'embedded' } })
    expect(result.lines.at(-1)).toMatchObject({
      type: 'end',
      status: 'failed',
      totals: { tests: 9, passed: 3, failed: 5, skipped: 1, flaky: 1, withKafka: 8 },
    })
  })

  test.each([
    ['fails', 'failed', 'failed', [['failed', 1]]],
    [
      'is retried',
      'passed',
      'retried',
      [
        ['failed', 1],
        ['passed', 1],
      ],
    ],
    ['runs into its timeout', 'timed out', 'timed-out', [['timed out', 1]]],
  ] as const)('has what a test did that %s', (name, status, topic, attempts) => {
    expect(testNamed(name).status).toBe(status)
    expect(
      testNamed(name).attempts.map((one) => [
        one.status,
        of(name, 'task').filter(({ kind, attempt }) => kind === 'produce' && attempt === one.attempt).length,
      ]),
    ).toEqual(attempts)
    expect(of(name, 'event')).toContainEqual(expect.objectContaining({ kind: 'produced', topic, firstOffset: 0 }))
    expect(of(name, 'record')).toContainEqual(expect.objectContaining({ direction: 'produced', topic, offset: 0 }))
  })

  test('has the error of a task, and the message of a check', () => {
    expect(of('can not write', 'task')).toMatchObject([
      { status: 'failed', error: { message: expect.stringContaining('BigInt') } },
    ])
    expect(of('fails', 'check')).toMatchObject([
      {
        matcher: 'toReceiveRecord',
        subject: 'topic failed',
        verdict: 'failed',
        closest: 'failed/0@0',
        message: expect.stringContaining('Closest record: failed/0@0'),
      },
    ])
  })

  test('has BigInts, cycles and bytes that are no text', () => {
    const verdicts = (name: string) => of(name, 'check').map(({ verdict }) => verdict)
    expect(verdicts('a BigInt')).toEqual(['passed', 'passed', 'failed'])
    expect(of('a BigInt', 'check').at(-1)?.expected).toContain('12n')
    expect(verdicts('a cycle')).toEqual(['passed', 'passed', 'failed'])
    expect(of('a cycle', 'check').at(-1)?.expected).toContain('[Circular]')
    expect(verdicts('odd bytes')).toEqual(['passed', 'passed', 'failed'])
    const [first, second, third] = of('odd bytes', 'record').filter(({ direction }) => direction === 'produced')
    const bytes = { encoding: 'base64', bytes: 3, truncated: false, data: '/wD+' }
    expect(first).toMatchObject({ key: bytes, value: bytes, headers: [{ name: 'odd', value: bytes }] })
    expect(second).toMatchObject({
      key: { encoding: 'utf8', bytes: 3, data: '\0\0\0' },
      value: { encoding: 'utf8', bytes: 40_002, truncated: true, data: 'é'.repeat(10_240) },
    })
    expect(third).toMatchObject({ key: { bytes: 0, data: '' }, value: { bytes: 0, data: '' } })
  })

  test('counts 50 MB, and keeps the beginnings', () => {
    expect(testNamed('50 MB of records')).toMatchObject({
      status: 'passed',
      metrics: { recordsProduced: 50, bytesProduced: expect.closeTo(50_000_000, -3), produceToAck: { count: 50 } },
    })
    expect(of('50 MB of records', 'record')[49]).toMatchObject({ value: { bytes: 1_000_000, truncated: true } })
    const [id] = readdirSync(join(project.folder, '.kafka-testkit/runs'))
    expect(statSync(join(project.folder, '.kafka-testkit/runs', id!, 'run.ndjson')).size).toBeLessThan(5_000_000)
  })
})

describe('the reporter', () => {
  let project: Project
  beforeAll(() => {
    project = createProject(5, { 'vitest.config.ts': config(), 'passing.test.ts': passing })
  })
  afterAll(() => project[Symbol.dispose]())

  test('that can not write says so in one line, and the run passes', async () => {
    using other = createProject(5, {
      'vitest.config.ts': config(),
      'passing.test.ts': passing,
      '.kafka-testkit': 'a file',
    })
    const { exitCode, output } = await runVitest(other)
    expect(exitCode, output).toBe(0)
    expect(output.match(/kafka-testkit:.*/g)).toEqual([expect.stringContaining("this run isn't stored")])
  }, 60_000)

  test('that can write no more says so in one line, and the run passes', async () => {
    const replaces = `import { rmSync, writeFileSync } from 'node:fs'
import { test } from 'vitest'
test('takes the store away', () => {
  rmSync('.kafka-testkit', { recursive: true })
  writeFileSync('.kafka-testkit', 'a file')
})
`
    using other = createProject(5, { 'vitest.config.ts': config(), 'one.test.ts': passing, 'two.test.ts': replaces })
    const { exitCode, output } = await runVitest(other)
    expect(exitCode, output).toBe(0)
    expect(output.match(/kafka-testkit:.*/g)).toEqual([expect.stringContaining("this run isn't stored")])
  }, 60_000)

  test('is quiet with --silent, and stores all the same', async () => {
    const { output, lines } = await runVitest(project, ['--silent'])
    expect(output).not.toMatch(/^ Kafka$/m)
    expect(lines.at(-1)).toMatchObject({ type: 'end', status: 'passed' })
  }, 60_000)

  test('prints a summary, without colours where there is no terminal', async () => {
    const vitest = ['node_modules/vitest/vitest.mjs', 'run']
    const plain = await run(project, vitest, { NO_COLOR: '', FORCE_COLOR: '' })
    expect(summaryOf(plain.output)).toMatchInlineSnapshot(`
      " Kafka
           Tests  1 of 1 touched Kafka (embedded)
         Records  1 produced (7 B), 1 received (7 B)
         Slowest  <n> ms  produce on orders
          Stored  .kafka-testkit (npx kafka-testkit history show latest)"
    `)
    const coloured = await run(project, vitest, { NO_COLOR: '', FORCE_COLOR: '1' })
    expect(summaryOf(coloured.output)).toContain('\u001b[')
  }, 60_000)

  test('leaves a run that was killed as lost', async () => {
    using other = createProject(5, { 'vitest.config.ts': config(), 'waiting.test.ts': waiting })
    const child = spawn(process.execPath, ['node_modules/vitest/vitest.mjs', 'run', '--disable-console-intercept'], {
      cwd: other.folder,
      env: { ...process.env, CI: '', NODE_ENV: '', VITEST: '' },
      stdio: ['ignore', 'pipe', 'inherit'],
    })
    for await (const chunk of child.stdout) if (String(chunk).includes('AT WORK')) child.kill('SIGKILL')
    const { exitCode, output } = await run(other, ['node_modules/kafka-testkit/dist/cli/main.js', 'history'])
    expect(exitCode).toBe(0)
    expect(output.split('\n')[1]).toMatch(/ lost/)
  }, 60_000)

  test('keeps so many runs, of so many days', async () => {
    using other = createProject(5, {
      'vitest.config.ts': config('{ history: { runs: 2, days: 7 } }'),
      'passing.test.ts': passing,
    })
    const runs = join(other.folder, '.kafka-testkit/runs')
    await runVitest(other)
    const [first] = readdirSync(runs)
    addOldRun(runs, first!)
    expect(readdirSync(runs)).toHaveLength(2)
    await runVitest(other)
    expect(readdirSync(runs)).toContain(first)
    expect(readdirSync(runs)).toHaveLength(2)
    await runVitest(other)
    expect(readdirSync(runs)).not.toContain(first)
    expect(readdirSync(runs)).toHaveLength(2)
  }, 60_000)
})

function summaryOf(output: string): string {
  const lines = output.split('\n')
  return lines
    .slice(lines.findIndex((line) => line.includes(' Kafka')))
    .join('\n')
    .replaceAll(/\d+ ms/g, '<n> ms')
    .trimEnd()
}

/** The run again, of 8 days ago: by the time in its id, and by what it says itself. */
function addOldRun(runs: string, id: string): void {
  const time = Date.now() - 8 * 24 * 60 * 60 * 1000
  const old = uuid7(time)
  const text = readFileSync(join(runs, id, 'run.ndjson'), 'utf8').replaceAll(id, old)
  mkdirSync(join(runs, old))
  writeFileSync(join(runs, old, 'run.ndjson'), text.replace(/"startedAt":\d+/, `"startedAt":${time}`))
}
