import { startKafka, whyNoKafka } from '../../../bench/support/real-kafka.ts'

/** KAFKA_TESTKIT_REAL_BROKERS=start starts Apache Kafka for the run, to see that the scenarios hold there too. */
export default async function startRealKafka(): Promise<(() => Promise<void>) | undefined> {
  if (process.env.KAFKA_TESTKIT_REAL_BROKERS !== 'start') return undefined
  const missing = await whyNoKafka()
  if (missing !== undefined) throw new Error(missing)
  const kafka = await startKafka()
  process.env.KAFKA_TESTKIT_REAL_BROKERS = kafka.brokers
  return async () => await kafka[Symbol.asyncDispose]()
}
