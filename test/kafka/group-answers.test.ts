import { describe } from 'vitest'
import { testGroupAnswers } from '../broker/groups/answers.ts'

/** Addresses of a real Kafka, comma-separated. Without one these tests are skipped. */
const brokers = process.env.KAFKA_TESTKIT_REAL_BROKERS

describe.skipIf(brokers === undefined)('groups of a real Kafka (set KAFKA_TESTKIT_REAL_BROKERS)', () => {
  testGroupAnswers(() => brokers!.split(',')[0]!)
})
