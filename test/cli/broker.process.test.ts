import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { fileURLToPath } from 'node:url'
import { Kafka, logLevel } from 'kafkajs'
import { expect, test } from 'vitest'

const main = fileURLToPath(new URL('../../dist/cli/main.js', import.meta.url))

/** `kafka-testkit broker` as a shell runs it: its first line, the address in that, and how to end it. */
async function start(...args: string[]) {
  const child = spawn(process.execPath, [main, 'broker', ...args], { stdio: ['ignore', 'pipe', 'pipe'] })
  let errors = ''
  child.stderr.on('data', (chunk) => {
    errors += chunk
  })
  let printed = ''
  child.stdout.on('data', (chunk) => {
    printed += chunk
  })
  const ended = once(child, 'close')
  const [line] = await Promise.race([once(child.stdout, 'data'), ended])
  return {
    output: String(line),
    address: /127\.0\.0\.1:\d+|0\.0\.0\.0:\d+/.exec(String(line))?.[0] ?? '',
    errors: () => errors,
    lines: () => printed.split('\n').slice(0, -1),
    /** Resolves with its exit code. */
    async stop(signal: NodeJS.Signals): Promise<number | null> {
      child.kill(signal)
      const [code] = await ended
      return code
    },
    ended: ended.then(([code]) => code as number | null),
    async [Symbol.asyncDispose]() {
      child.kill('SIGKILL')
      await ended
    },
  }
}

test('listens until it is told to stop', async () => {
  await using broker = await start('--port', '0', '--partitions', '3', '--quiet')
  expect(broker.output).toBe(`Kafka broker listens on ${broker.address} (Ctrl-C stops it)\n`)
  const kafka = new Kafka({ brokers: [broker.address], logLevel: logLevel.NOTHING })
  const admin = kafka.admin()
  await admin.connect()
  const producer = kafka.producer()
  await producer.connect()
  await producer.send({ topic: 'orders', messages: [{ value: 'lamp' }] })
  const { topics } = await admin.fetchTopicMetadata({ topics: ['orders'] })
  expect(topics[0]?.partitions).toHaveLength(3)
  expect(broker.lines()).toHaveLength(1)
  // With clients still connected.
  expect(await broker.stop('SIGTERM')).toBe(process.platform === 'win32' ? null : 0)
  expect(broker.errors()).toBe('')
  await Promise.all([producer.disconnect(), admin.disconnect()])
})

test('creates no topics when told not to', async () => {
  await using broker = await start('--port', '0', '--no-auto-create')
  const admin = new Kafka({ brokers: [broker.address], logLevel: logLevel.NOTHING, retry: { retries: 0 } }).admin()
  await admin.connect()
  await expect(admin.fetchTopicMetadata({ topics: ['orders'] })).rejects.toThrow('does not host this topic-partition')
  await admin.disconnect()
  expect(await broker.stop('SIGINT')).toBe(process.platform === 'win32' ? null : 0)
})

test('says once of each client what it does', async () => {
  await using broker = await start('--port', '0', '--strict')
  const clientId = 'order-\u001b[31mservice\n'
  const kafka = new Kafka({ clientId, brokers: [broker.address], logLevel: logLevel.NOTHING })
  const admin = kafka.admin()
  await admin.connect()
  await admin.createTopics({ topics: [{ topic: 'orders' }] })
  const producer = kafka.producer()
  await producer.connect()
  await producer.send({ topic: 'orders', messages: [{ value: 'lamp' }, { value: 'chair' }] })
  await producer.send({ topic: 'orders', messages: [{ value: 'desk' }] })
  const consumer = kafka.consumer({ groupId: 'billing' })
  await consumer.connect()
  await consumer.subscribe({ topic: 'orders', fromBeginning: true })
  await new Promise<void>((resolve) => void consumer.run({ eachMessage: async () => resolve() }))
  const name = 'order-service\ufffd'
  await expect
    .poll(() => broker.lines().slice(1))
    .toEqual([
      `${name} connected`,
      `${name} produced to orders`,
      `${name} joined the group billing`,
      `${name} reads from orders`,
    ])
  await Promise.all([consumer.disconnect(), producer.disconnect(), admin.disconnect()])
})

test('warns on an address that others can reach', async () => {
  await using broker = await start('--port', '0', '--host', '0.0.0.0')
  await broker.stop('SIGTERM')
  expect(broker.errors()).toContain('listens on 0.0.0.0, where others can reach it, and has no authentication')
})

test.each([
  [['--port', 'x'], /a whole number is wanted/],
  [['--port', '70000'], /option 'port' must be an integer from 0 to 65535, not 70000/],
  [['--prot', '1'], /unknown option '--prot'[\s\S]*--port/],
])('%j is refused in words', async (args, message) => {
  await using broker = await start(...args)
  expect(await broker.ended).toBe(1)
  expect(broker.errors()).toMatch(message)
  expect(broker.errors()).not.toMatch(/^ +at /m)
})

test('a port that is taken is one line', async () => {
  await using first = await start('--port', '0')
  await using second = await start('--port', first.address.split(':')[1]!)
  expect(await second.ended).toBe(1)
  expect(second.errors()).toMatch(/^kafka-testkit: .*EADDRINUSE.*\n$/)
})
