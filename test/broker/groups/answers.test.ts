import { afterAll, beforeAll, describe } from 'vitest'
import { type OpenBroker, openBroker } from '../../../src/broker/listener.ts'
import { testGroupAnswers } from './answers.ts'

describe('groups of the embedded broker', () => {
  let broker: OpenBroker
  beforeAll(async () => {
    broker = await openBroker()
  })
  afterAll(() => broker.close())

  testGroupAnswers(() => broker.brokers[0]!)
})
