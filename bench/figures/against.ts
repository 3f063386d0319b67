import { hasCommit, installEarlier, installPacked } from '../support/earlier.ts'
import type { Outcome, RealKafka } from '../support/figure.ts'
import { interleave, median } from '../support/statistics.ts'
import { benchProject, fileTime, runTests } from '../support/vitest.ts'

/** The last build whose tasks went by kafkajs, and that read real Kafka by @platformatic/kafka. */
const earlier = 'ff5cb5a'

const untouched = `import { expect, test } from 'vitest'
test('a number', () => expect(1).toBe(1))
`
const used = `import { expect, test } from 'kafka-testkit/vitest'
test('an order arrives', async ({ kafka }) => {
  await kafka.topic('orders').produce({ key: 'o-1', value: { sku: 'lamp' } })
  await expect(kafka.topic('orders')).toReceiveRecord({ key: 'o-1' })
})
`

const config = `import kafka from 'kafka-testkit/vitest/config'
import { defineConfig } from 'vitest/config'
export default defineConfig({ plugins: [kafka()], test: { reporters: ['./times.js'], include: [process.env.FILE] } })
`

/** What a file "produce, expect" costs now, against an earlier build: of a commit, or packed (`--against FILE`). */
export default async function against(real: RealKafka, tarball?: string): Promise<Outcome[]> {
  if (tarball === undefined && !hasCommit(earlier)) {
    return [{ name: 'against an earlier build', skipped: `no commit ${earlier} here` }]
  }
  const files = { 'untouched.test.ts': untouched, 'used.test.ts': used, 'vitest.config.ts': config }
  using now = benchProject(files)
  using before = benchProject(files)
  if (tarball === undefined) installEarlier(earlier, before)
  else installPacked(tarball, before)
  const name = 'a file "produce, expect"'
  const idle = await measure({ now, before }, { FILE: 'untouched.test.ts' })
  const embedded = await measure({ now, before }, { FILE: 'used.test.ts' })
  const beyond = (build: Build): number => embedded[build] - idle[build]
  const outcomes: Outcome[] = [
    compare(`${name}, embedded, beyond a file without Kafka`, 0.3, { now: beyond('now'), before: beyond('before') }),
  ]
  if ('missing' in real) return [...outcomes, { name: `${name}, external`, skipped: real.missing }]
  const env = { FILE: 'used.test.ts', KAFKA_TESTKIT_CLUSTER: 'external', KAFKA_BROKERS: real.brokers }
  return [...outcomes, compare(`${name}, external`, 0.15, await measure({ now, before }, env))]
}

type Build = 'now' | 'before'

/** Milliseconds that a file takes by each build, in turn. */
async function measure(
  { now, before }: Record<Build, ReturnType<typeof benchProject>>,
  env: Record<string, string>,
): Promise<Record<Build, number>> {
  const time = async (project: typeof now): Promise<number> =>
    fileTime((await runTests(project, 'vitest.config.ts', { env })).files[0]!)
  const times = await interleave({ now: () => time(now), before: () => time(before) }, { rounds: 7, warmUp: 1 })
  return { now: median(times.now), before: median(times.before) }
}

function compare(name: string, atMost: number, { now, before }: Record<Build, number>): Outcome {
  return {
    name: `${name}, against the build before`,
    measured: now / before,
    unit: 'times',
    goal: { atMost },
    details: { 'ms now': now, 'ms before': before },
  }
}
