// Each part of a record that can hold data, in tests that end in each way.

import type { Kafka } from 'kafka-testkit'
import { expect, test } from 'kafka-testkit/vitest'
import { describe } from 'vitest'
import { canary } from '../canary.ts'

/** A format of bytes that nothing but its serde reads, as Avro and Protobuf are. */
const binary = {
  name: 'binary',
  serialize: (value: string) => Buffer.concat([Buffer.from([0, 0, 0, 0, 7, 0xff]), Buffer.from(value)]),
  deserialize: (bytes: Buffer) => bytes.subarray(6).toString(),
}

const parts: Record<string, (kafka: Kafka, secret: string) => Promise<unknown>> = {
  key: (kafka, key) => kafka.topic('parts').produce({ key, value: 1 }),
  'leaf of a value': (kafka, name) => kafka.topic('parts').produce({ value: { customer: { name } } }),
  'name of a property': (kafka, name) => kafka.topic('parts').produce({ value: { [name]: 1 } }),
  'nested list': (kafka, name) => kafka.topic('parts').produce({ value: [[[name], 'x']] }),
  'text with quotes and lines': (kafka, name) =>
    kafka.topic('parts').produce({ value: { text: `"${name}"\n\t\\${name}` } }),
  'header value': (kafka, trace) => kafka.topic('parts').produce({ value: 1, headers: { trace } }),
  'repeated header': (kafka, trace) => kafka.topic('parts').produce({ value: 1, headers: { trace: ['a', trace] } }),
  bytes: (kafka, text) => kafka.topic('parts').produce({ value: Buffer.from(`\xff${text}`, 'latin1') }),
  'bytes of a header': (kafka, text) =>
    kafka.topic('parts').produce({ value: 1, headers: { raw: Buffer.from(`\xff${text}`, 'latin1') } }),
  'a format of its own': (kafka, text) => kafka.topic('parts', { value: binary }).produce({ value: text }),
  'key of a tombstone': (kafka, key) => kafka.topic('parts').produce({ key, value: null }),
  'produced by an application': async (kafka, text) => {
    const producer = await kafka.producer()
    await producer.send({ topic: 'parts', messages: [{ key: 'k', value: JSON.stringify({ text }) }] })
    // What a check has seen is stored; the one below may see a record of another test.
    await expect(kafka.topic('parts')).toReceiveRecord({ value: { text } })
  },
  'consumed by a group': async (kafka, text) => {
    const topic = kafka.topic('grouped')
    await topic.produce({ key: 'k', value: { text } })
    await topic.consume({ take: 1, group: 'a-group' })
  },
}

const endings: Record<string, (secret: string, skip: () => void, attempt: number) => unknown> = {
  passes: () => {},
  fails: (secret) => expect(`the order ${secret}`).toBe('something else'),
  'is retried': (secret, _, attempt) => {
    if (attempt === 0) throw new Error(`not yet: ${secret}`)
  },
  'times out': () => new Promise(() => {}),
  'is skipped': (_, skip) => skip(),
}

for (const [ending, end] of Object.entries(endings)) {
  describe.concurrent(`a test that ${ending}`, () => {
    for (const [part, produce] of Object.entries(parts)) {
      test(part, { retry: ending === 'is retried' ? 1 : 0, timeout: ending === 'times out' ? 900 : 5000 }, async ({
        kafka,
        skip,
        task,
      }) => {
        const attempt = task.result?.retryCount ?? 0
        const secret = canary(`data/${part}, in a test that ${ending}${attempt === 0 ? '' : ' the second time'}`)
        await produce(kafka, secret)
        const topic = kafka.topic(part === 'consumed by a group' ? 'grouped' : 'parts')
        await expect(topic).toReceiveRecord((record) => JSON.stringify(record).length > 0)
        await end(secret, skip, attempt)
      })
    }
  })
}
