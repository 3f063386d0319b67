const topic = require('kafka-testkit/jest').kafka.topic('kept')

beforeEach(() => jest.resetModules())

test.each([1, 2])('after a reset of the modules everything is as before: %i', async (n) => {
  const { kafka } = require('kafka-testkit/jest')
  await topic.produce({ value: n })
  await expect(kafka.topic('kept')).toReceiveRecord({ value: n })
  await expect(topic).toReceiveRecordCount(1)
  jest.isolateModules(() => expect(require('kafka-testkit/jest').kafka).toBe(kafka))
})
