/** @jest-environment ./jsdom-environment.js */
import { kafka } from 'kafka-testkit/jest'

test('a page and Kafka in one test', async () => {
  document.body.innerHTML = '<output></output>'
  await kafka.topic('clicks').produce({ key: 'button', value: { times: [1] }, headers: { bytes: Buffer.from([255]) } })
  await expect(kafka.topic('clicks')).toReceiveRecord({ value: { times: [1] } })
  const click = await kafka.topic('clicks').receive()
  expect(click.value).toStrictEqual({ times: [1] })
  expect(click.timestamp).toBeInstanceOf(Date)
  expect(click.headers.bytes).toBeInstanceOf(Buffer)
  document.querySelector('output').textContent = click.value.times[0]
  expect(document.body.textContent).toBe('1')
})

test('fails: a forgotten await is found here too', async () => {
  expect(kafka.topic('clicks')).not.toReceiveRecord({ key: 'forgotten' })
})
