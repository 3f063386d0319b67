import { Kafka, logLevel } from 'kafkajs'
import { expect, kafka, test } from '../runner.js'

// A service that handles a record when the test that produced it is over.
const gate = Promise.withResolvers()
const received = Promise.withResolvers()
let stop

test('leaves a record behind that the service has yet to handle', async () => {
  await kafka.createTopic('earlier-orders')
  await kafka.createTopic('earlier-payments')
  const client = new Kafka({ clientId: 'slow-service', brokers: kafka.brokers, logLevel: logLevel.NOTHING })
  const [consumer, producer] = [client.consumer({ groupId: 'slow-service' }), client.producer()]
  await Promise.all([consumer.connect(), producer.connect()])
  await consumer.subscribe({ topic: 'earlier-orders', fromBeginning: true })
  await consumer.run({
    async eachMessage({ message: { key, value } }) {
      received.resolve()
      await gate.promise
      await producer.send({ topic: 'earlier-payments', messages: [{ key, value }] })
    },
  })
  stop = () => Promise.all([consumer.disconnect(), producer.disconnect()])
  await kafka.topic('earlier-orders').produce({ key: 'left behind', value: 1 })
  await received.promise
})

test('fails: a record too many names the test that caused it', async () => {
  gate.resolve()
  await expect(kafka.topic('earlier-payments')).toReceiveRecord({ key: 'left behind' })
  await expect(kafka.group('slow-service')).toCatchUp()
  await stop()
  await expect(kafka.topic('earlier-payments')).toReceiveRecordCount(0)
})
