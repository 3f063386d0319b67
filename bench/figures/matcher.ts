import type { Outcome } from '../support/figure.ts'
import { percentile } from '../support/statistics.ts'
import { benchProject, runTests, withPlugin } from '../support/vitest.ts'

const testFile = `import { writeFileSync } from 'node:fs'
import { afterAll } from 'vitest'
import { expect, test } from 'kafka-testkit/vitest'

const times = { after: [], before: [] }
const indexes = Array.from({ length: 300 }, (_, index) => index)

test.for(indexes)('matcher after the acknowledgement %i', async (index, { kafka }) => {
  const topic = kafka.topic('after')
  await topic.produce({ key: 'o-' + index, value: { index } })
  const acknowledged = performance.now()
  await expect(topic).toReceiveRecord({ key: 'o-' + index, value: { index } })
  times.after.push(performance.now() - acknowledged)
})

test.for(indexes)('matcher that waits already %i', async (index, { kafka }) => {
  const topic = kafka.topic('before')
  const received = expect(topic)
    .toReceiveRecord({ key: 'o-' + index, value: { index } })
    .then(() => performance.now())
  await topic.produce({ key: 'o-' + index, value: { index } })
  const acknowledged = performance.now()
  times.before.push(Math.max(0, (await received) - acknowledged))
})

afterAll(() => writeFileSync('output.json', JSON.stringify(times)))
`

interface Times {
  after: number[]
  before: number[]
}

/** From the acknowledgement of a produce to the matcher's verdict, a test for each record. */
export default async function matcher(): Promise<Outcome[]> {
  using project = benchProject({ 'matcher.test.ts': testFile, 'vitest.config.ts': withPlugin })
  const times: Times = { after: [], before: [] }
  for (let round = 0; round < 3; round += 1) {
    const { output } = await runTests<Times>(project, 'vitest.config.ts')
    times.after.push(...output.after)
    times.before.push(...output.before)
  }
  return [50, 99].map((percent) => ({
    name: `produce acknowledged to matcher resolved, p${percent}`,
    measured: percentile(times.after, percent),
    unit: 'ms',
    goal: { atMost: percent === 50 ? 0.1 : 0.8 },
    details: {
      'ms when the matcher waits already': percentile(times.before, percent),
      tests: times.after.length,
    },
  }))
}
