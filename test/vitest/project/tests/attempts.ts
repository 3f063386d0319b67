import { expect, kafka, test } from 'kafka-testkit/vitest'

let tries = 0
test('a retried test starts to read where the attempt began', { retry: 2 }, async ({ kafka }) => {
  tries += 1
  await kafka.topic('retried').produce({ key: 'k', value: { tries } })
  await expect(kafka.topic('retried')).toReceiveRecordCount(1)
  expect(tries).toBe(3)
})

test('a repeated test sees only its own records', { repeats: 2 }, async ({ kafka }) => {
  await kafka.topic('repeated').produce({ value: 'once' })
  await expect(kafka.topic('repeated')).toReceiveRecordCount(1)
})

test.each([1, 2, 3])('each %i', async (n) => {
  await kafka.topic('each').produce({ value: { n } })
  await expect(kafka.topic('each')).toReceiveRecords([{ value: { n } }], { exactly: true })
})
