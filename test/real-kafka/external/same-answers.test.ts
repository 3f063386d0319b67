import { describe, expect, test } from 'vitest'
import { openBroker } from '../../../src/broker/listener.ts'
import { Conversation, scenarios } from '../../broker/apis/scenarios.ts'
import { RawClient } from '../../broker/raw-client.ts'

/** Addresses of the real Kafka that start-cluster.ts started. */
const brokers = process.env.KAFKA_TESTKIT_REAL_BROKERS!

async function answerOf(address: string, scenario: (on: Conversation) => Promise<unknown>): Promise<unknown> {
  const client = await RawClient.connect(address)
  const conversation = new Conversation(client)
  const answer = await scenario(conversation)
  await client.close()
  return conversation.plain(answer)
}

describe('answers of a real Kafka', () => {
  test.each(Object.entries(scenarios))('%s', async (_, scenario) => {
    await using broker = await openBroker({ log: () => {} })
    const real = await answerOf(brokers.split(',')[0]!, scenario)
    expect(await answerOf(broker.brokers[0]!, scenario)).toEqual(real)
  })
})
