import { expect, kafka, test } from 'kafka-testkit/vitest'
import { emit, startEcho } from '../src/echo-service.js'

test('a module that connects when it is imported works', async () => {
  await emit('emitted', 'k', { a: 1 })
  await expect(kafka.topic('emitted')).toReceiveRecord({ key: 'k', value: { a: 1 } })
})

test('an application that never disconnects does not hang the run', async () => {
  await startEcho('in', 'out')
  await kafka.topic('in').produce({ key: 'k', value: 'v' })
  await expect(kafka.topic('out')).toReceiveRecord({ key: 'k', value: 'v' })
  await expect(kafka.group('echo-in')).toCatchUp()
})

test('.not waits for a consumer that takes 300 ms over a record', async () => {
  await startEcho('slow-in', 'slow-out', 300)
  await kafka.topic('slow-in').produce({ key: 'k', value: 'v' })
  await expect(expect(kafka.topic('slow-out')).not.toReceiveRecord({ key: 'k' })).rejects.toThrow('slow-out')
})

test('a consumer that the test forgot is closed', async () => {
  const consumer = await kafka.consumer({ groupId: 'forgotten' })
  await consumer.subscribe({ topic: 'in', fromBeginning: true })
  await consumer.run({ eachMessage: async () => {} })
})
