import { cpSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { expect, inject, test } from 'vitest'
import { createJestProject, runJest } from '../support/jest.ts'
import { emptyCluster } from '../support/kafka.ts'
import { createProject, type RunnerResult, readStore, runVitest } from '../support/project.ts'

const fixtures = fileURLToPath(new URL('../../fixtures', import.meta.url))
const { kind, connection } = inject('real cluster')
const env = {
  KAFKA_TESTKIT_CLUSTER: kind,
  KAFKA_TESTKIT_TIMEOUT: '15000',
  // A container of its own; an external cluster is that of this suite.
  ...(kind === 'external' ? { KAFKA_BROKERS: connection.brokers.join(',') } : {}),
}
/** Milliseconds. */
const DEADLINE = 270_000

/** What passes on the embedded broker passes here. */
function expectPassed({ exitCode, output, tests, lines }: RunnerResult): void {
  expect(exitCode, output).toBe(0)
  expect(tests.length).toBeGreaterThanOrEqual(12)
  expect(lines.find(({ type }) => type === 'run')).toMatchObject({ cluster: { kind } })
}

// Their files use the same topics, so on one cluster they go one after another; real clients leave slowly.
test('retail passes on Vitest', { timeout: DEADLINE + 30_000 }, async () => {
  if (kind === 'external') await emptyCluster(connection.brokers)
  using project = createProject(5, join(fixtures, 'retail'))
  const args = ['--no-file-parallelism', '--testTimeout=60000', '--hookTimeout=60000']
  expectPassed(await runVitest(project, args, env, DEADLINE))
})

test('retail-jest passes on Jest', { timeout: DEADLINE + 30_000 }, async () => {
  if (kind === 'external') await emptyCluster(connection.brokers)
  const project = createJestProject(30, {})
  try {
    for (const name of ['retail', 'retail-jest']) {
      cpSync(join(fixtures, name), join(project.folder, name), { recursive: true })
    }
    const args = ['--rootDir=retail-jest', '--config=retail-jest/jest.config.js', '--runInBand', '--testTimeout=60000']
    const result = await runJest(project, args, env, DEADLINE)
    expectPassed({ ...result, lines: readStore({ ...project, folder: join(project.folder, 'retail-jest') }) })
  } finally {
    project[Symbol.dispose]()
  }
})
