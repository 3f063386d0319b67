import { expect, kafka, test, withRetries } from '../runner.js'

let tries = 0
withRetries(2)('a retried test starts to read where the attempt began', async () => {
  tries += 1
  await kafka.topic('retried').produce({ key: 'k', value: { tries } })
  await expect(kafka.topic('retried')).toReceiveRecordCount(1)
  if (tries < 3) throw new Error(`attempt ${tries}`)
})

test.each([1, 2, 3])('each %i', async (n) => {
  await kafka.topic('each').produce({ value: { n } })
  await expect(kafka.topic('each')).toReceiveRecords([{ value: { n } }], { exactly: true })
})

test.skip('a skipped test', async () => {
  await kafka.topic('skipped').produce({ value: 1 })
})
