/** @kafka-testkit {"topics": ["in", "out"]} */
import { expect, kafka, test } from '../runner.js'
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

test('a consumer that the test forgot is closed', async () => {
  const consumer = await kafka.consumer({ groupId: 'forgotten' })
  await consumer.subscribe({ topic: 'in', fromBeginning: true })
  await consumer.run({ eachMessage: async () => {} })
})
