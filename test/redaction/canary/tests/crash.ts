// The worker goes down in the middle of a test; and a module can't be loaded.
import { setTimeout } from 'node:timers/promises'
import { expect, test } from 'kafka-testkit/vitest'
import { canary } from '../canary.ts'

test('passes before the crash', async ({ kafka }) => {
  await kafka.topic('crash').produce({ key: canary('data/key before a crash'), value: 1 })
})
test('crashes', async ({ kafka }) => {
  await kafka.topic('crash').produce({ key: 'k', value: { a: canary('data/value in a crash') } })
  await expect(kafka.topic('crash')).toReceiveRecord({ key: 'k' })
  await setTimeout(50)
  process.kill(process.pid, 'SIGKILL')
  await setTimeout(5000)
})
