// Each part of a record that can hold data, in tests that end in each way.
const { describe, expect, test } = require('@jest/globals')
const { kafka } = require('kafka-testkit/jest')
const { canary } = require('../canary.js')

jest.retryTimes(1)

const parts = {
  key: (key) => kafka.topic('parts').produce({ key, value: 1 }),
  'leaf of a value': (name) => kafka.topic('parts').produce({ value: { customer: { name } } }),
  'name of a property': (name) => kafka.topic('parts').produce({ value: { [name]: 1 } }),
  'nested list': (name) => kafka.topic('parts').produce({ value: [[[name], 'x']] }),
  'text with quotes and lines': (name) => kafka.topic('parts').produce({ value: { text: `"${name}"\n\t\\${name}` } }),
  'header value': (trace) => kafka.topic('parts').produce({ value: 1, headers: { trace } }),
  'repeated header': (trace) => kafka.topic('parts').produce({ value: 1, headers: { trace: ['a', trace] } }),
  bytes: (text) => kafka.topic('parts').produce({ value: Buffer.from(`\xff${text}`, 'latin1') }),
  'key of a tombstone': (key) => kafka.topic('parts').produce({ key, value: null }),
  'produced by an application': async (text) => {
    const producer = await kafka.producer()
    await producer.send({ topic: 'parts', messages: [{ key: 'k', value: JSON.stringify({ text }) }] })
  },
  'consumed by a group': async (text) => {
    await kafka.topic('parts').produce({ key: 'k', value: { text } })
    await kafka.topic('parts').consume({ take: 1, group: 'a-group' })
  },
}

const tries = new Map()
const endings = {
  passes: () => {},
  fails: (secret) => expect(`the order ${secret}`).toBe('something else'),
  'is retried': (secret, attempt) => {
    if (attempt === 1) throw new Error(`not yet: ${secret}`)
  },
  'times out': () => new Promise(() => {}),
}

for (const [ending, end] of Object.entries(endings)) {
  describe(`a test that ${ending}`, () => {
    for (const [part, produce] of Object.entries(parts)) {
      // Each of these takes its time, twice.
      if (ending === 'times out' && !['key', 'leaf of a value', 'header value'].includes(part)) continue
      const body = async () => {
        const name = `${part}, in a test that ${ending}`
        const attempt = (tries.get(name) ?? 0) + 1
        tries.set(name, attempt)
        const secret = canary(`data/${name}, attempt ${attempt}`)
        await produce(secret)
        await expect(kafka.topic('parts')).toReceiveRecord((record) => JSON.stringify(record).length > 0)
        await end(secret, attempt)
      }
      test(part, body, ending === 'times out' ? 600 : 5000)
    }
  })
}
