import { beforeAll, describe, kafka, test } from '../runner.js'

test('ok', async () => {
  await kafka.topic('t').produce({ value: 1 })
})
describe('setup', () => {
  beforeAll(() => {
    throw new Error('the service did not start')
  })
  test('b1', async () => {
    await kafka.topic('t').produce({ value: 1 })
  })
})
