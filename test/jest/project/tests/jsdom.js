/** @jest-environment ./jsdom-environment.js */
import { auto, json, string } from 'kafka-testkit'
import { startBroker } from 'kafka-testkit/broker'
import { kafka } from 'kafka-testkit/jest'
import { Kafka, logLevel } from 'kafkajs'

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

test("what needs Node's own globals, which a page has not", async () => {
  const orders = kafka.topic('orders', { key: string, value: json() })
  await orders.produce({ key: 'o-1', value: { sku: 'lamp' } })
  await expect(orders).toReceiveRecord({ key: 'o-1', value: { sku: 'lamp' } })
  expect(await auto.deserialize(Buffer.from('{"sku":"lamp"}'), { topic: 'orders', part: 'value' })).toEqual({
    sku: 'lamp',
  })

  const broker = await startBroker()
  const admin = new Kafka({ brokers: [...broker.brokers], logLevel: logLevel.NOTHING }).admin()
  await admin.connect()
  await admin.createTopics({ topics: [{ topic: 'of-a-broker-in-the-page' }] })
  expect(await admin.listTopics()).toEqual(['of-a-broker-in-the-page'])
  await admin.disconnect()
  await broker.close()
})

test('fails: a forgotten await is found here too', async () => {
  expect(kafka.topic('clicks')).not.toReceiveRecord({ key: 'forgotten' })
})
