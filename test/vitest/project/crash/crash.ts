import { test } from 'kafka-testkit/vitest'

test('a test that takes its worker down', async ({ kafka }) => {
  await kafka.topic('before-crash').produce({ key: 'k', value: 'v' })
  process.abort()
})
