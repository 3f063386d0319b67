import { type Broker, type BrokerOptions, startBroker } from '../../src/broker/index.ts'
import { embeddedCluster } from '../../src/cluster/embedded.ts'
import { silenceNegativeTimeouts } from '../../src/cluster/negative-timeouts.ts'
import type { SpoolLine } from '../../src/execution/recorder.ts'
import { type Redaction, unredacted } from '../../src/execution/redaction/redaction.ts'
import { createKafka, type Kafka } from '../../src/kafka/kafka.ts'
import { type OpenScope, openScope, type Scope } from '../../src/kafka/scope.ts'
import { closeProducers } from '../../src/kafka/shared-producer.ts'

/** What an adapter gives to a test: a broker of its own, and `kafka` in the scope of one attempt. */
export interface Setting extends AsyncDisposable {
  readonly broker: Broker
  readonly kafka: Kafka
  readonly scope: Scope
  /** What was recorded. */
  readonly lines: SpoolLine[]
  /** Ends the attempt, as when the test ends, and begins the next. */
  nextTest(): Promise<void>
}

export interface SettingOptions {
  broker?: BrokerOptions
  /** Milliseconds. Default 4000. */
  timeout?: number
  /** The runner's. Default: none. */
  testTimeout?: number
  redaction?: Partial<Redaction>
}

silenceNegativeTimeouts()

export async function setUp({
  broker: options,
  timeout = 4000,
  testTimeout = 0,
  redaction = {},
}: SettingOptions = {}): Promise<Setting> {
  const broker = await startBroker({ ...options, keepAlive: false })
  const cluster = embeddedCluster(broker)
  const lines: SpoolLine[] = []
  const open = (attempt: number): OpenScope =>
    openScope({
      ...{ cluster, testId: 'test-1', testName: 'orders > a test', file: 'orders.test.ts', attempt, testTimeout },
      recorder: { write: (line) => lines.push(line), flush() {} },
      ...{ defaultTimeout: timeout, defaultWithin: 1000 },
      running: () => 1,
      redaction: () => ({ ...unredacted, ...redaction }),
    })
  let opened = open(0)
  return {
    broker,
    kafka: createKafka({ scope: () => opened.scope }),
    get scope() {
      return opened.scope
    },
    lines,
    async nextTest() {
      await opened.end()
      opened = open(opened.scope.attempt + 1)
    },
    async [Symbol.asyncDispose]() {
      await opened.end()
      await closeProducers(cluster)
      await broker.close()
    },
  }
}
