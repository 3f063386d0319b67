import { kafka, test } from '../runner.js'

test('ok', async () => {
  await kafka.topic('t').produce({ value: 1 })
  setImmediate(() => {
    throw new RangeError('nobody caught this')
  })
  await kafka.topic('t').records()
})
