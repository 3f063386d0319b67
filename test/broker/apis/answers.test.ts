import { afterAll, beforeAll, expect, test } from 'vitest'
import { type OpenBroker, openBroker } from '../../../src/broker/listener.ts'
import { RawClient } from '../raw-client.ts'
import { Conversation, scenarios } from './scenarios.ts'

/*
 * The snapshot holds what Kafka 4.1.1 answered: test/real-kafka/external/same-answers.test.ts asks it the same and compares. Change it
 * only together with that test.
 */
let broker: OpenBroker

beforeAll(async () => {
  broker = await openBroker({ log: () => {} })
})
afterAll(() => broker.close())

test.each(Object.entries(scenarios))('answers as Kafka does: %s', async (_, scenario) => {
  const client = await RawClient.connect(broker.brokers[0]!)
  const conversation = new Conversation(client)
  const answer = conversation.plain(await scenario(conversation))
  await client.close()
  expect(answer).toMatchSnapshot()
})
