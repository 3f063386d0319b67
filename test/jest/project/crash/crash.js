import { kafka } from 'kafka-testkit/jest'

test('a test that ended before', async () => {
  await kafka.topic('before-crash').produce({ key: 'k', value: 'v' })
})

test('a test that takes its worker down', async () => {
  await kafka.topic('in-crash').produce({ key: 'k', value: 'v' })
  process.abort()
})
