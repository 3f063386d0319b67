import { afterAll, beforeAll, describe } from 'vitest'
import { type Broker, startBroker } from '../../../src/broker/index.ts'
import { testGroupAnswers } from './answers.ts'

describe('groups of the embedded broker', () => {
  let broker: Broker
  beforeAll(async () => {
    broker = await startBroker()
  })
  afterAll(() => broker.close())

  testGroupAnswers(() => broker.brokers[0]!)
})
