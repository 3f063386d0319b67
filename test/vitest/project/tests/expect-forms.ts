import { expect, kafka, test } from 'kafka-testkit/vitest'

test('expect.assertions counts each matcher once', async () => {
  expect.assertions(3)
  await kafka.topic('counted').produce({ value: 'x' })
  await expect(kafka.topic('counted')).toReceiveRecord({ value: 'x' })
  await expect(kafka.topic('counted')).not.toReceiveRecord({ value: 'y' })
  await expect(kafka.topic('counted')).toReceiveRecordCount(1)
})

test('expect.poll asks again until it holds', async () => {
  const topic = kafka.topic('polled')
  const { promise: produced, resolve } = Promise.withResolvers<unknown>()
  setTimeout(() => resolve(topic.produce({ value: 'late' })), 20)
  await expect.poll(() => topic).toReceiveRecord({ value: 'late' })
  await produced
})

test('fails: expect.soft goes on and fails at the end', async () => {
  const topic = kafka.topic('soft')
  await topic.produce({ value: 'there' })
  await expect.soft(topic).toReceiveRecord({ value: 'first' }, { timeout: 50 })
  await expect.soft(topic).toReceiveRecord({ value: 'second' }, { timeout: 50 })
  await expect(topic).toReceiveRecord({ value: 'there' })
})

test('fails: a matcher that is not awaited is reported', async () => {
  await kafka.topic('forgotten').produce({ value: 'there' })
  expect(kafka.topic('forgotten')).toReceiveRecord({ value: 'there' })
})

test('fails: the deadline of a matcher comes before the timeout of the test', { timeout: 600 }, async () => {
  await expect(kafka.topic('never')).toReceiveRecord({ value: 'there' })
})
