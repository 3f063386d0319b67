import { TestEndpoint } from '../../test/support/endpoint.ts'
import type { Outcome } from '../support/figure.ts'
import { interleave, median } from '../support/statistics.ts'
import { benchProject, runTests, withPlugin } from '../support/vitest.ts'

const fileCount = 10
const testsEach = 100
const testFile = `import { expect, test } from 'kafka-testkit/vitest'

test.for(Array.from({ length: ${testsEach} }, (_, index) => index))('order %i', async (index, { kafka }) => {
  const topic = kafka.topic('orders')
  await topic.produce({ key: 'o-' + index, value: { sku: 'lamp', quantity: index } })
  await expect(topic).toReceiveRecord({ key: 'o-' + index, value: { quantity: index } })
})
`

/** What an upload adds to a run of 1,000 tests, to an endpoint on this machine. */
export default async function upload(): Promise<Outcome[]> {
  const files = Object.fromEntries(Array.from({ length: fileCount }, (_, index) => [`file-${index}.test.ts`, testFile]))
  using project = benchProject({ ...files, 'with.config.ts': withPlugin })
  const endpoint = await TestEndpoint.start()
  try {
    const runTo = async (url: string | undefined): Promise<number> => {
      Object.assign(
        process.env,
        url === undefined ? {} : { KAFKA_TESTKIT_ENDPOINT: url, KAFKA_TESTKIT_TOKEN: 'secret' },
      )
      try {
        return (await runTests(project, 'with.config.ts')).wall
      } finally {
        delete process.env.KAFKA_TESTKIT_ENDPOINT
        delete process.env.KAFKA_TESTKIT_TOKEN
      }
    }
    const walls = await interleave(
      { with: () => runTo(endpoint.url), without: () => runTo(undefined) },
      { rounds: 5, warmUp: 1 },
    )
    const [withUpload, without] = [median(walls.with), median(walls.without)]
    return [
      {
        name: `upload of ${fileCount * testsEach} tests`,
        measured: (withUpload / without - 1) * 100,
        unit: '%',
        details: { 'with ms': withUpload, 'without ms': without },
      },
    ]
  } finally {
    await endpoint.close()
  }
}
