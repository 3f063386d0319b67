import { afterEach, expect, test, vi } from 'vitest'
import { openMetrics } from '../../src/telemetry/datadog.ts'
import { refusedPort, startAgent } from './sinks.ts'

afterEach(() => vi.unstubAllEnvs())

test("the endpoint's metrics arrive by DogStatsD, without what the environment would add", async () => {
  for (const name of ['DD_TAGS', 'DD_ENV', 'DD_SERVICE', 'DD_VERSION', 'DD_ENTITY_ID', 'DD_AGENT_HOST']) {
    vi.stubEnv(name, 'secretive:secretive')
  }
  await using agent = await startAgent()
  const metrics = openMetrics(`127.0.0.1:${agent.port}`)
  metrics.request(201, 12.4)
  metrics.request(503, 3)
  metrics.runCompleted(4096)
  await metrics.close()

  await agent.saw('kafka_testkit.endpoint.bytes.received')
  expect(agent.lines).toEqual([
    'kafka_testkit.endpoint.requests:1|c|#status:2xx',
    'kafka_testkit.endpoint.request.milliseconds:12|d|#status:2xx',
    'kafka_testkit.endpoint.requests:1|c|#status:5xx',
    'kafka_testkit.endpoint.request.milliseconds:3|d|#status:5xx',
    'kafka_testkit.endpoint.runs.completed:1|c',
    'kafka_testkit.endpoint.bytes.received:4096|c',
  ])
})

test('an agent that is not there, or whose name is none, harms nothing', async () => {
  const print = vi.spyOn(console, 'error')
  for (const address of [`127.0.0.1:${await refusedPort()}`, '[::1]:9', 'no-such-host.invalid:8125']) {
    const metrics = openMetrics(address)
    metrics.request(200, 1)
    await metrics.close()
  }
  expect(print).not.toHaveBeenCalled()
})
