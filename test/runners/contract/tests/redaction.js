import { expect, kafka, test } from '../runner.js'

// Composed, for a runner may show the source.
const secret = ['card', 4111, 1111, 'of', 'Ada'].join('-')

test('fails: what a test throws tells no redacted data', async () => {
  kafka.redact()
  await kafka.topic('cards').produce({ key: 'k', value: { secret } })
  const { value } = await kafka.topic('cards').receive()
  expect(value).toStrictEqual({ secret })
  throw new Error(`unexpected: ${value.secret}`)
})

test('fails: a matcher of the runner tells none either', async () => {
  kafka.redact()
  await kafka.topic('cards').produce({ key: 'k', value: { secret } })
  expect((await kafka.topic('cards').receive()).value).toEqual({ secret: 'another' })
})

test('fails: nor do ours', async () => {
  kafka.redact()
  await kafka.topic('cards').produce({ key: 'k', value: { secret } })
  await expect(kafka.topic('cards')).toReceiveRecord({ value: { secret: 'another' } }, { timeout: 50 })
})
