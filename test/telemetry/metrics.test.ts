import { afterEach, expect, test, vi } from 'vitest'
import { openMetrics } from '../../src/telemetry/datadog.ts'
import { refusedPort, startAgent } from './sinks.ts'

afterEach(() => {
  vi.unstubAllEnvs()
  vi.restoreAllMocks()
})

test('metrics go by DogStatsD, without what the environment would add', async () => {
  for (const name of ['DD_TAGS', 'DD_ENV', 'DD_SERVICE', 'DD_VERSION', 'DD_ENTITY_ID', 'DD_AGENT_HOST']) {
    vi.stubEnv(name, 'secretive:secretive')
  }
  await using agent = await startAgent()
  const metrics = openMetrics(`127.0.0.1:${agent.port}`)
  metrics.answered({ method: 'PUT', route: '/v1/runs/:id', status: 201, milliseconds: 12.4 })
  metrics.answered({ method: 'GET', route: '/ready', status: 503, milliseconds: 3 })
  metrics.counted('runs_completed', 1)
  metrics.counted('chunk_bytes_received', 4096)
  await metrics.close()

  await agent.saw('kafka_testkit.endpoint.chunk_bytes_received')
  expect(agent.lines).toEqual([
    'kafka_testkit.endpoint.requests:1|c|#method:PUT,route:/v1/runs/id,status:201',
    'kafka_testkit.endpoint.request.milliseconds:12|d|#method:PUT,route:/v1/runs/id,status:201',
    'kafka_testkit.endpoint.requests:1|c|#method:GET,route:/ready,status:503',
    'kafka_testkit.endpoint.request.milliseconds:3|d|#method:GET,route:/ready,status:503',
    'kafka_testkit.endpoint.runs_completed:1|c',
    'kafka_testkit.endpoint.chunk_bytes_received:4096|c',
  ])
})

test('an agent that is not there, or whose name is none, harms nothing', async () => {
  const print = vi.spyOn(console, 'error')
  for (const address of [`127.0.0.1:${await refusedPort()}`, '[::1]:9', 'no-such-host.invalid:8125']) {
    const metrics = openMetrics(address)
    metrics.answered({ method: 'GET', route: '/health', status: 200, milliseconds: 1 })
    await metrics.close()
  }
  expect(print).not.toHaveBeenCalled()
})
