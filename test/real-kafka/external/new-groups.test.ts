import { Consumer, MessagesStreamModes, stringDeserializers } from '@platformatic/kafka'
import { test } from 'vitest'
import { setUp } from '../../support/kafka.ts'
import { expect } from '../../support/matchers.ts'

test('a group of the new protocol (KIP-848) is described and caught up with, and gone when it was deleted', async () => {
  await using setting = await setUp()
  const { kafka, scope } = setting
  const topic = await kafka.createTopic()
  const groupId = kafka.uniqueName()
  const group = kafka.group(groupId)
  const consumer = new Consumer({
    clientId: 'order-service',
    groupId,
    groupProtocol: 'consumer',
    bootstrapBrokers: [...scope.cluster.brokers],
    deserializers: stringDeserializers,
  })
  const stream = await consumer.consume({
    topics: [topic.name],
    mode: MessagesStreamModes.EARLIEST,
    autocommit: false,
  })
  const handled = (async () => {
    for await (const message of stream) await message.commit()
  })().catch(() => {})
  await topic.produce([
    { key: 'o-1', value: 1 },
    { key: 'o-2', value: 2 },
  ])
  await expect(group).toHaveMembers(1)
  await expect(group).toCatchUp()
  expect(await scope.cluster.group(groupId)).toMatchObject({
    state: 'Stable',
    members: [{ clientId: 'order-service', assignment: [{ topic: topic.name, partitions: [0] }] }],
    partitions: [{ topic: topic.name, partition: 0, committed: 2, logEnd: 2, caughtUp: true }],
  })
  await consumer.close(true)
  await handled
  await expect(group).toHaveMembers(0)
  await scope.cluster.deleteGroup?.(groupId)
  expect(await scope.cluster.group(groupId)).toBeUndefined()
})
