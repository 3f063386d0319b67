import { expect, kafka, test } from '../runner.js'

test('fails: a matcher that is not awaited is reported', async () => {
  await kafka.topic('forgotten').produce({ value: 'there' })
  expect(kafka.topic('forgotten')).toReceiveRecord({ value: 'there' })
})

test('fails: a task that is not awaited is reported', async () => {
  kafka
    .topic('running')
    .receive({ value: 'never' }, { timeout: 10_000 })
    .catch(() => {})
})

test('fails: the deadline of a matcher comes before the timeout of the test', async () => {
  await expect(kafka.topic('never')).toReceiveRecord({ value: 'there' })
}, 600)

test('fails: a test that times out', async () => {
  await kafka.topic('slow').produce({ value: 1 })
  await new Promise(() => {})
}, 1500)
