import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { answers } from '../../scripts/execute.ts'
import { run } from '../../test/support/project.ts'
import type { Outcome, RealKafka } from '../support/figure.ts'
import { startKafka } from '../support/real-kafka.ts'
import { benchProject, type FileTimes, fileTime, withPlugin } from '../support/vitest.ts'

const FILES = 50
/** Milliseconds; of 50 files on real Kafka, each of which loads the client that reads. */
const DEADLINE = 600_000

const testFile = `import { expect, test } from 'kafka-testkit/vitest'

test('an order arrives', async ({ kafka }) => {
  const topic = await kafka.createTopic()
  await topic.produce({ key: 'o-1', value: { sku: 'lamp' } })
  await expect(topic).toReceiveRecord({ key: 'o-1' })
})
`

/** The same files on the embedded broker, on real Kafka in a process of its own, and on Testcontainers. */
export default async function clusters(real: RealKafka): Promise<Outcome[]> {
  const first = 'start to first record received'
  const suite = `a suite of ${FILES} test files, whole command`
  const embedded = await measure({ KAFKA_TESTKIT_CLUSTER: 'embedded' })
  const outcomes: Outcome[] = [
    { name: `${suite}, embedded`, measured: embedded.suite, unit: 'ms', details: { files: FILES } },
  ]
  const compare = (name: string, { startMs, firstFile, suite: wall }: Measured, goal?: { atLeast: number }): void => {
    outcomes.push(
      {
        name: `${first}, ${name} against embedded`,
        measured: (startMs + firstFile) / embedded.firstFile,
        unit: 'times',
        ...(goal === undefined ? {} : { goal }),
        details: { 'embedded ms': embedded.firstFile, 'start ms': startMs, 'first file ms': firstFile },
      },
      {
        name: `${suite}, ${name} against embedded`,
        measured: wall / embedded.suite,
        unit: 'times',
        details: { 'embedded ms': embedded.suite, [`${name} ms`]: wall },
      },
    )
  }
  if ('missing' in real) outcomes.push({ name: `${first}, plain Kafka`, skipped: real.missing })
  else {
    await using kafka = await startKafka()
    const plain = await measure({ KAFKA_TESTKIT_CLUSTER: 'external', KAFKA_BROKERS: kafka.brokers })
    compare('plain Kafka', { ...plain, startMs: kafka.startMs })
  }
  if (!(await answers('docker', ['info'])))
    outcomes.push({ name: `${first}, Testcontainers`, skipped: 'no Docker here' })
  else compare('Testcontainers', await measure({ KAFKA_TESTKIT_CLUSTER: 'testcontainers' }), { atLeast: 100 })
  return outcomes
}

interface Measured {
  /** Milliseconds that the cluster of the run took to start, of those that the run starts. */
  startMs: number
  /** Of a file "produce, expect" by itself, its set-up included. */
  firstFile: number
  /** Of the whole command for all files. */
  suite: number
}

async function measure(env: Record<string, string>): Promise<Measured> {
  using one = benchProject({ 'orders.test.ts': testFile, 'vitest.config.ts': withPlugin })
  const alone = await runOnce(one.folder, () => run(one, vitest, patient(env), DEADLINE))
  const files = Object.fromEntries(Array.from({ length: FILES }, (_, index) => [`orders-${index}.test.ts`, testFile]))
  const config = withPlugin.replace(', maxWorkers: 1', '')
  using many = benchProject({ ...files, 'vitest.config.ts': config })
  const all = await runOnce(many.folder, () => run(many, vitest, patient(env), DEADLINE))
  return { startMs: alone.startMs, firstFile: fileTime(alone.files[0]!), suite: all.wall }
}

/** A client that loads on a busy machine takes longer than a test usually may. */
const vitest = ['node_modules/vitest/vitest.mjs', 'run', '--testTimeout=60000']

function patient(env: Record<string, string>): Record<string, string> {
  return { ...env, KAFKA_TESTKIT_TIMEOUT: '30000' }
}

async function runOnce(
  folder: string,
  start: () => ReturnType<typeof run>,
): Promise<{ startMs: number; wall: number; files: FileTimes[] }> {
  const begun = performance.now()
  const { exitCode, output } = await start()
  const wall = performance.now() - begun
  if (exitCode !== 0) throw new Error(`the measured tests failed:\n${output}`)
  // What the run itself says of a container.
  const seconds = Number(/answers on \S+ after ([\d.]+) s/.exec(output)?.[1] ?? 0)
  return { startMs: seconds * 1000, wall, files: JSON.parse(readFileSync(join(folder, 'times.json'), 'utf8')) }
}
