import { describe } from 'vitest'
import { testStrictAnswers } from '../../broker/strict-answers.ts'

/** Addresses of the real Kafka that start-cluster.ts started. */
const brokers = process.env.KAFKA_TESTKIT_REAL_BROKERS!

describe('a real Kafka, where the embedded broker is kinder', () => {
  testStrictAnswers(() => brokers.split(',')[0]!)
})
