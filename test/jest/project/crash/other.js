import { kafka } from 'kafka-testkit/jest'

test('a test of another worker', async () => {
  await kafka.topic('other').produce({ value: 'v' })
})
