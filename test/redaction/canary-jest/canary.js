const { createHmac } = require('node:crypto')
const { appendFileSync, cpSync } = require('node:fs')
const { afterAll } = require('@jest/globals')
const { kafka } = require('kafka-testkit/jest')

/** As that of the project for Vitest (canary/slots.ts): a token for each slot, whose name says what is expected of it. */
function canary(slot) {
  appendFileSync(process.env.CANARY_SLOTS, `${slot}\n`)
  const hash = createHmac('sha256', process.env.CANARY_SEED).update(slot).digest('base64url')
  return hash.replaceAll(/[-_]/g, 'q').slice(0, 20)
}

async function seen(slot) {
  const secret = canary(`data/${slot}`)
  await kafka.topic('seen').produce({ key: 'a key', value: { secret } })
  await kafka.topic('seen').receive({ value: { secret } })
  return secret
}

afterAll(() => cpSync(process.env.KAFKA_TESTKIT_SPOOL, 'spool', { recursive: true }))

module.exports = { canary, seen }
