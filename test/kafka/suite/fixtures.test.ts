import { fileURLToPath } from 'node:url'
import { afterAll, beforeAll, describe, expect, inject, test } from 'vitest'
import { emptyCluster } from '../../support/kafka.ts'
import { createProject, type Project, runVitest, type VitestResult } from '../../support/project.ts'

const retail = fileURLToPath(new URL('../../../fixtures/retail', import.meta.url))
const { kind, connection } = inject('real cluster')

/** Its files use the same topics, so on one cluster they go one after another; real clients leave slowly. */
const args = ['--no-file-parallelism', '--testTimeout=60000', '--hookTimeout=60000']
const env = {
  KAFKA_TESTKIT_CLUSTER: kind,
  KAFKA_TESTKIT_TIMEOUT: '15000',
  // A container of its own; an external cluster is that of this suite.
  ...(kind === 'external' ? { KAFKA_BROKERS: connection.brokers.join(',') } : {}),
}

describe('the retail project, unchanged', () => {
  let project: Project
  let result: VitestResult
  beforeAll(async () => {
    if (kind === 'external') await emptyCluster(connection.brokers)
    project = createProject(5, retail)
    result = await runVitest(project, args, env, 270_000)
  }, 280_000)
  afterAll(() => project[Symbol.dispose]())

  test('passes', () => {
    expect(result.exitCode, result.output).toBe(0)
    expect(result.tests.length).toBeGreaterThanOrEqual(12)
  })

  test('says in the history which cluster it ran on', () => {
    expect(result.lines.find(({ type }) => type === 'run')).toMatchObject({ cluster: { kind } })
  })
})
