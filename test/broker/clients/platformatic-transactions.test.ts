import {
  Consumer,
  FetchIsolationLevels,
  MessagesStreamModes,
  Producer,
  stringDeserializers,
  stringSerializers,
} from '@platformatic/kafka'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { type OpenBroker, openBroker } from '../../../src/broker/listener.ts'

let broker: OpenBroker
let closing: { close(force?: boolean): unknown }[]

beforeEach(async () => {
  broker = await openBroker()
  closing = []
})
afterEach(async () => {
  for (const client of closing) await client.close(client instanceof Consumer)
  await broker.close()
})

function open<Client extends { close(force?: boolean): unknown }>(client: Client): Client {
  closing.push(client)
  return client
}

const options = () => ({ clientId: 'app', bootstrapBrokers: [...broker.brokers], autocreateTopics: true })

/** It asks for producer 0 in epoch 0 unless told otherwise: as who that is not Kafka fences it (findings). */
const newcomer = { producerId: -1n, producerEpoch: -1 }

const transactional = (transactionalId: string) =>
  open(new Producer({ ...options(), ...newcomer, idempotent: true, transactionalId, serializers: stringSerializers }))

function consumer(groupId: string) {
  return open(
    new Consumer({
      ...options(),
      groupId,
      isolationLevel: FetchIsolationLevels.READ_COMMITTED,
      deserializers: stringDeserializers,
    }),
  )
}

async function send(topic: string, ...values: string[]): Promise<void> {
  const producer = open(new Producer({ ...options(), serializers: stringSerializers }))
  await producer.send({ messages: values.map((value) => ({ topic, value })) })
}

async function read(topic: string): Promise<string[]> {
  const stream = await consumer('reader').consume({ topics: [topic], mode: MessagesStreamModes.EARLIEST })
  const values: string[] = []
  for await (const { value } of stream) {
    values.push(value)
    if (value === 'end') break
  }
  return values
}

test('consume, transform, produce: each order once, though the first attempt fails half way', async () => {
  await send('orders', '1', '2', 'end')
  const producer = transactional('order-service')
  const reading = consumer('order-service')
  const stream = await reading.consume({ topics: ['orders'], mode: MessagesStreamModes.EARLIEST, autocommit: false })
  for await (const message of stream) {
    for (const ends of message.value === '2' ? (['abort', 'commit'] as const) : (['commit'] as const)) {
      const transaction = await producer.beginTransaction()
      await transaction.addConsumer(reading)
      await transaction.send({ messages: [{ topic: 'invoices', value: message.value }] })
      await transaction.addOffset(message)
      await transaction[ends]()
    }
    if (message.value === 'end') break
  }
  expect(await read('invoices')).toEqual(['1', '2', 'end'])
  const { groups } = await broker.load()
  expect(groups.find('order-service')?.offsets.get('orders', 0)).toMatchObject({ offset: 3 })
})

test('the newer producer of an id fences the older one, whose open transaction is aborted', async () => {
  const open = await transactional('payments').beginTransaction()
  await open.send({ messages: [{ topic: 'orders', value: 'of the older one' }] })
  const newer = await transactional('payments').beginTransaction()
  await newer.send({ messages: [{ topic: 'orders', value: 'end' }] })
  await newer.commit()
  await expect(open.commit()).rejects.toThrow()
  expect(await read('orders')).toEqual(['end'])
})
