import { afterAll, describe, kafka, test } from '../runner.js'

afterAll(() => {
  throw new TypeError('the file did not clean up')
})
describe('outer', () => {
  describe('inner', () => {
    afterAll(() => {
      throw new Error('the service did not stop')
    })
    test('ok', async () => {
      await kafka.topic('t').produce({ value: 1 })
    })
  })
})
