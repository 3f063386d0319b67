import type { Project } from '../../test/support/project.ts'
import type { Outcome } from '../support/figure.ts'
import { interleave, median } from '../support/statistics.ts'
import { benchProject, config, runTests, withPlugin } from '../support/vitest.ts'

const fileCount = 10
const testsEach = 100
const testFile = `import { expect, test } from 'kafka-testkit/vitest'

test.for(Array.from({ length: ${testsEach} }, (_, index) => index))('order %i', async (index, { kafka }) => {
  const topic = kafka.topic('orders')
  await topic.produce({ key: 'o-' + index, value: { sku: 'lamp', quantity: index } })
  await expect(topic).toReceiveRecord({ key: 'o-' + index, value: { quantity: index } })
})
`

/** The plugin without its reporter, which is what tells the workers where to record. */
const withoutReporter = config(
  `import kafka from 'kafka-testkit/vitest/config'
const silent = {
  name: 'no-recording',
  configureVitest({ vitest }) {
    const { reporters } = vitest.config
    const index = reporters.findIndex((reporter) => reporter.constructor.name === 'KafkaReporter')
    if (index < 0) throw new Error('no KafkaReporter to take away')
    reporters.splice(index, 1)
  },
}`,
  'kafka(), silent',
)

/** What the recorder and the reporter add to a run of 1,000 tests that each produce and expect a record. */
export default async function recording(): Promise<Outcome[]> {
  using project = recordingProject()
  const runs = await interleave(
    {
      with: () => runTests(project, 'with.config.ts'),
      without: () => runTests(project, 'without.config.ts'),
    },
    { rounds: 7, warmUp: 1 },
  )
  const wall = (name: keyof typeof runs) => median(runs[name].map((run) => run.wall))
  return [
    {
      name: `reporter and recorder over ${fileCount * testsEach} tests`,
      measured: (wall('with') / wall('without') - 1) * 100,
      unit: '%',
      goal: { atMost: 2 },
      details: { 'with ms': wall('with'), 'without ms': wall('without') },
    },
  ]
}

/** 1,000 tests that each produce and expect a record. */
export function recordingProject(): Project {
  const files = Object.fromEntries(Array.from({ length: fileCount }, (_, index) => [`file-${index}.test.ts`, testFile]))
  return benchProject({ ...files, 'with.config.ts': withPlugin, 'without.config.ts': withoutReporter })
}
