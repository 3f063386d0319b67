import { describe } from 'vitest'
import { testGroupAnswers } from '../../broker/groups/answers.ts'

/** Addresses of the real Kafka that start-cluster.ts started. */
const brokers = process.env.KAFKA_TESTKIT_REAL_BROKERS!

describe('groups of a real Kafka', () => {
  testGroupAnswers(() => brokers.split(',')[0]!)
})
