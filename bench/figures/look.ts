import { hasCommit, installEarlier } from '../support/earlier.ts'
import type { Outcome } from '../support/figure.ts'
import { interleave, median } from '../support/statistics.ts'
import { benchProject, fileTime, runTests } from '../support/vitest.ts'

/** The last build in which each matcher read and decoded a topic anew. */
const earlier = '4f08582'
const sizes = [1000, 10_000, 100_000, 1_000_000] as const

const config = `import kafka from 'kafka-testkit/vitest/config'
import { defineConfig } from 'vitest/config'
export default defineConfig({
  plugins: [kafka()],
  test: { reporters: ['./times.js'], maxWorkers: 1, testTimeout: 600_000, execArgv: ['--expose-gc'], include: [process.env.FILE] },
})
`

const common = `import { writeFileSync } from 'node:fs'
import { afterAll } from 'vitest'
import { expect, test } from 'kafka-testkit/vitest'

const output = {}
afterAll(() => writeFileSync('output.json', JSON.stringify(output)))

function* orders(count) {
  const note = 'x'.repeat(70)
  for (let n = 0; n < count; n += 1) yield { key: 'o-' + n, value: { n, sku: 'lamp', customer: 'ada@example.com', note, total: n * 3 } }
}

/** Milliseconds of processor time. */
async function timeOf(work) {
  const before = process.cpuUsage()
  await work()
  const { user, system } = process.cpuUsage(before)
  return (user + system) / 1000
}
`

/** Of 100,000 records of 150 bytes. */
const looksFile = `${common}
const count = 100_000
const long = { timeout: 300_000 }
const looks = {
  key: (topic, n) => expect(topic).toReceiveRecord({ key: 'o-' + n, value: { n } }, long),
  value: (topic, n) => expect(topic).toReceiveRecord({ value: { n } }, long),
  count: (topic) => expect(topic).toReceiveRecordCount(count, long),
}
test.for(Object.keys(looks))('%s', async (name, { kafka }) => {
  const topic = kafka.topic(name)
  await topic.produce(orders(count))
  const times = []
  for (let n = count - 1; times.length < 6; n -= 1) times.push(await timeOf(() => looks[name](topic, n)))
  const wrong = { key: 'o-7', value: { n: 7, sku: 'lamps' } }
  const failing = await timeOf(() => expect(topic).toReceiveRecord(wrong, { timeout: 1 }).catch(() => {}))
  output[name] = { times, failing }
})
`

const growthFile = `${common}
const heap = async () => {
  // What was sent is let go of in the turns after.
  for (let pass = 0; pass < 5; pass += 1) {
    gc()
    await new Promise((resolve) => setTimeout(resolve, 50))
  }
  const { heapUsed, external } = process.memoryUsage()
  return heapUsed + external
}
test.for(${JSON.stringify(sizes)})('%i records', async (count, { kafka }) => {
  for (const [name, fields] of [['key', ['key', 'value']], ['value', ['value']]]) {
    const topic = kafka.topic(name + '-' + count)
    await topic.produce(orders(count))
    const last = { key: 'o-' + (count - 1), value: { n: count - 1 } }
    const pattern = Object.fromEntries(fields.map((field) => [field, last[field]]))
    const before = await heap()
    const time = await timeOf(() => expect(topic).toReceiveRecord(pattern, { timeout: 300_000 }))
    output[name] = { ...output[name], [count]: { time, bytes: ((await heap()) - before) / count } }
  }
})
`

const manyTestsFile = `${common}
test.for(Array.from({ length: 200 }, (_, index) => index))('test %i', async (index, { kafka }) => {
  const topic = kafka.topic('orders')
  await topic.produce([...orders(20)])
  await expect(topic).toReceiveRecord({ key: 'o-19', value: { n: 19 } })
  await expect(topic).toReceiveRecord({ value: { n: 10, sku: 'lamp' } })
  await expect(topic).toReceiveRecordCount(20)
})
`

type Looks = Record<'key' | 'value' | 'count', { times: number[]; failing: number }>
type Growth = Record<'key' | 'value', Record<number, { time: number; bytes: number }>>

/** What a matcher costs on a long topic, and in a file of many tests, against the build before it decoded only what it needs. */
export default async function look(): Promise<Outcome[]> {
  if (!hasCommit(earlier)) return [{ name: 'looks at a topic', skipped: `no commit ${earlier} here` }]
  const files = { 'looks.test.ts': looksFile, 'growth.test.ts': growthFile, 'many.test.ts': manyTestsFile }
  using now = benchProject({ ...files, 'vitest.config.ts': config })
  using before = benchProject({ ...files, 'vitest.config.ts': config })
  installEarlier(earlier, before)
  const run = <Output>(project: typeof now, FILE: string) =>
    runTests<Output>(project, 'vitest.config.ts', { env: { FILE }, deadline: 900_000 })

  const looks = {
    now: (await run<Looks>(now, 'looks.test.ts')).output,
    before: (await run<Looks>(before, 'looks.test.ts')).output,
  }
  const { output: growth } = await run<Growth>(now, 'growth.test.ts')
  const many = await interleave(
    {
      now: async () => fileTime((await run(now, 'many.test.ts')).files[0]!),
      before: async () => fileTime((await run(before, 'many.test.ts')).files[0]!),
    },
    { rounds: 3, warmUp: 1 },
  )
  return [
    ...(['key', 'value'] as const).flatMap((by) => [
      first(`first look at 100,000 records by ${by}`, looks, by),
      later(`each later look by ${by}`, looks, by, 0.03),
    ]),
    first('first toReceiveRecordCount of 100,000 records', looks, 'count'),
    later('each later toReceiveRecordCount', looks, 'count', 0.01),
    {
      name: 'a failure that names the closest of 100,000 records',
      measured: looks.now.value.failing,
      unit: 'ms',
      goal: { atMost: 100 },
      details: { 'ms before': looks.before.value.failing },
    },
    ...(['key', 'value'] as const).flatMap((by) => growthOf(by, growth[by])),
    {
      name: `a file of 200 tests with 20 records each, against ${earlier}`,
      measured: median(many.now) / median(many.before),
      unit: 'times',
      goal: { atMost: 0.7 },
      details: { 'ms now': median(many.now), 'ms before': median(many.before) },
    },
  ]
}

interface BothLooks {
  now: Looks
  before: Looks
}

function first(name: string, { now, before }: BothLooks, by: keyof Looks): Outcome {
  return against(name, { now: now[by].times[0]!, before: before[by].times[0]! }, 0.3)
}

/** The second is dearer than those behind it: what reads decoded records is compiled while it runs. */
function later(name: string, { now, before }: BothLooks, by: keyof Looks, atMost: number): Outcome {
  const [, second] = now[by].times
  const each = ({ times }: Looks[keyof Looks]): number => median(times.slice(1))
  return against(name, { now: each(now[by]), before: each(before[by]) }, atMost, { 'ms of the second': second! })
}

function against(
  name: string,
  { now, before }: { now: number; before: number },
  atMost: number,
  more: Readonly<Record<string, number>> = {},
): Outcome {
  return {
    name: `${name}, against ${earlier}`,
    measured: now / before,
    unit: 'times',
    goal: { atMost },
    details: { 'ms of processor time now': now, 'ms before': before, ...more },
  }
}

function growthOf(by: string, sized: Growth['key']): Outcome[] {
  const each = (size: number): number => (sized[size]!.time / size) * 1000
  return [
    {
      name: `first look by ${by}: a record of 1,000,000 against one of 100,000`,
      measured: each(1_000_000) / each(100_000),
      unit: 'times',
      goal: { atMost: 1.5 },
      details: Object.fromEntries(sizes.map((size) => [`µs a record of ${size.toLocaleString('en')}`, each(size)])),
    },
    {
      name: `memory of a record that was looked at by ${by}, among 1,000,000`,
      measured: sized[1_000_000]!.bytes,
      unit: 'bytes',
      goal: { atMost: 100 },
      details: { 'bytes among 100,000': sized[100_000]!.bytes },
    },
  ]
}
