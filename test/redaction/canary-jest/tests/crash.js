const { expect, test } = require('@jest/globals')
const { setTimeout } = require('node:timers/promises')
const { kafka } = require('kafka-testkit/jest')
const { canary } = require('../canary.js')

test('crashes', async () => {
  await kafka.topic('crash').produce({ key: 'k', value: { a: canary('data/value in a crash') } })
  await expect(kafka.topic('crash')).toReceiveRecord({ key: 'k' })
  await setTimeout(50)
  process.kill(process.pid, 'SIGKILL')
  await setTimeout(5000)
})
