// What must never be stored, redacted or not; and what can't be held.

import { expect, test } from 'kafka-testkit/vitest'
import { beforeAll, describe, recordArtifact } from 'vitest'
import { canary, seen } from '../canary.ts'

test('credentials in a URL', () => {
  throw new Error(`https://app:${canary('secret/password in a URL')}@registry.example.com refused`)
})
test('a token in a URL', () => {
  throw new Error(`https://${canary('secret/token in a URL')}@github.com/a.git`)
})
test('a bearer token', () => {
  throw new Error(`authorization: Bearer ${canary('secret/bearer token')}`)
})
test('a private key', () => {
  throw new Error(`-----BEGIN PRIVATE KEY-----\n${canary('secret/private key')}\n-----END PRIVATE KEY-----`)
})
test('a variable', () => {
  throw new Error(`could not log in with ${process.env.REGISTRY_PASSWORD}`)
})
test('credentials in a record', async ({ kafka }) => {
  await kafka.topic('urls').produce({ value: { url: `postgres://app:${canary('secret/URL in a record')}@db` } })
})

test('names stay', async ({ kafka }) => {
  const topic = await kafka.createTopic(canary('shown/name of a topic'))
  await topic.produce({ value: 1, headers: { [canary('shown/name of a header')]: 'x' } })
  await topic.consume({ take: 1, group: canary('shown/id of a group') })
  const producer = await kafka.client({ clientId: canary('shown/client id') }).producer()
  await producer.connect()
  await producer.send({ topic: topic.name, messages: [{ value: 'x' }] })
  await expect(kafka.topic(topic.name)).toReceiveRecordCount(2)
})

describe(`a suite with ${canary('title/of a suite')}`, () => {
  test(`a test with ${canary('title/of a test')}`, async ({ kafka }) => {
    await kafka.topic('titles').produce({ key: canary('title/of a test'), value: 1 })
  })
  test.each([[canary('title/of each')]])('a test of %s', async (secret) => {
    expect(secret).toBeDefined()
  })
})

test('the console', async ({ kafka }) => {
  console.log(canary('foreign/console.log'))
  console.error(`${await seen(kafka, 'not held').then(() => '')}${canary('foreign/console.error')}`)
  process.stdout.write(`${canary('foreign/stdout')}\n`)
})
test('a console that is redacted', async ({ kafka }) => {
  const secret = canary('console/console.log')
  await kafka.topic('printed').produce({ key: 'a key', value: { secret } })
  console.log('an order:', { secret })
  console.warn(Buffer.from(secret))
})
test("the runner's own snapshot", () => expect({ a: canary('foreign/snapshot') }).toMatchSnapshot())
test('an artifact', async ({ task }) => {
  await recordArtifact(task, { type: 'canary:note', note: canary('foreign/artifact') } as never)
})
test('an unhandled rejection', () => {
  Promise.reject(new Error(canary('foreign/unhandled rejection')))
})
describe('a hook of a suite', () => {
  beforeAll(() => {
    throw new Error(canary('foreign/error in beforeAll'))
  })
  test('never runs', () => {})
})
