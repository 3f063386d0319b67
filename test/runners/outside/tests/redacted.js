import { afterAll, beforeAll, kafka, test } from '../runner.js'

let value
beforeAll(async () => {
  kafka.redact({ records: true })
  await kafka.topic('cards').produce({ value: '4111-1111' })
  value = (await kafka.topic('cards').receive({}, { from: 'beginning' })).value
})
afterAll(() => {
  throw new Error(`the ledger still has ${value}`)
})
test('ok', () => {})
