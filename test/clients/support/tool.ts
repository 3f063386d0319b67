import { spawnSync } from 'node:child_process'
import { describe, test } from 'vitest'
import { hasCollector } from '../../../scripts/collector.ts'
import { hasGoClients } from '../../../scripts/go-clients.ts'
import { hasJavaClients, hasKafkaJars, hasKafkaStreams } from '../../../scripts/kafka-jars.ts'
import { venvPython } from '../../../scripts/python-clients.ts'
import { hasReportReaders } from '../../../scripts/report-readers.ts'
import { hasRustClient } from '../../../scripts/rust-client.ts'

const tools = {
  kcat: () => answers('kcat', '-V'),
  'confluent-kafka': () => answers(venvPython, '-c', 'import confluent_kafka'),
  'kafka-python': () => answers(venvPython, '-c', 'import kafka'),
  aiokafka: () => answers(venvPython, '-c', 'import aiokafka'),
  'franz-go': hasGoClients,
  'kafka-go': hasGoClients,
  sarama: hasGoClients,
  rdkafka: hasRustClient,
  'xunit-viewer and ctrf': hasReportReaders,
  allure: hasReportReaders,
  'an OpenTelemetry collector': hasCollector,
  "OpenTelemetry's conventions": hasReportReaders,
  junitparser: () => answers(venvPython, '-c', 'import junitparser'),
  "Python's csv": () => answers(venvPython, '-c', 'import csv'),
  'Kafka Streams': () => answers('java', '-version') && hasKafkaStreams(),
  'Kafka for Java': () => answers('java', '-version') && hasKafkaJars() && hasJavaClients(),
} satisfies Record<string, () => boolean>

export type Tool = keyof typeof tools

/**
 * kafka-python 3.0.12 sometimes takes no notice of the answer to its SyncGroup when the machine is busy: its log has the
 * answer with its partitions, it polls on and asks the broker for nothing any more. So its tests may be tried again.
 */
const retries: Partial<Record<Tool, number>> = { 'kafka-python': 2 }

/**
 * A suite of a client that this machine may not have. Without it the suite is skipped and its title says what is
 * missing; in CI (CI=true) that is a failure.
 */
export function describeClient(name: Tool, suite: () => void): void {
  if (tools[name]()) describe(name, { retry: retries[name] ?? 0 }, suite)
  else if (process.env.CI !== 'true') describe.skip(`${name} (is missing: npm run install:clients)`, suite)
  else
    test(`${name} is installed`, () => {
      throw new Error(`${name} is missing: npm run install:clients`)
    })
}

function answers(command: string, ...args: string[]): boolean {
  return spawnSync(command, args, { stdio: 'ignore', timeout: 30_000 }).status === 0
}
