import { expect, test } from 'vitest'
import { openBroker } from '../../src/broker/listener.ts'
import { apiTable, encodeRequest } from '../../src/broker/protocol/codec.ts'
import { RawClient } from './raw-client.ts'
import { dial, framed, request, untilClosed } from './wire.ts'

/** Attacks, and the seed of their random numbers: KAFKA_TESTKIT_SEED repeats a run. */
const ATTACKS = 1_000
const seed = Number(process.env.KAFKA_TESTKIT_SEED ?? Date.now() % 1_000_000)

/** Mulberry32: small, and the same on every machine. */
function randomNumbers(from: number): (below: number) => number {
  let state = from
  return (below) => {
    state = (state + 0x6d2b79f5) | 0
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state)
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed
    return ((((mixed ^ (mixed >>> 14)) >>> 0) / 4294967296) * below) | 0
  }
}

test(`${ATTACKS} random attacks harm nobody else (seed ${seed})`, { timeout: 60_000 }, async () => {
  const lines: string[] = []
  await using broker = await openBroker({ log: (line) => lines.push(line), maxRequestBytes: 1024 * 1024 })
  const { apis, topics } = await broker.load()
  topics.create('orders', { partitions: 2 })
  const random = randomNumbers(seed)
  const bytes = (length: number) => Buffer.from(Array.from({ length }, () => random(256)))
  const anyRequest = () => {
    const { name, versions } = apis[random(apis.length)]!
    const version = versions[0] + random(versions[1] - versions[0] + 1)
    return { key: apiTable(name).key, version, body: encodeRequest(name, version, {}) }
  }
  const attacks: (() => Buffer)[] = [
    () => bytes(random(2_000)),
    () => framed(bytes(random(500))),
    () => {
      const { key, version } = anyRequest()
      return request(key, version, bytes(random(300)))
    },
    () => {
      const { key, version, body } = anyRequest()
      for (let flips = random(4) + 1; flips > 0 && body.length > 0; flips -= 1) body[random(body.length)] = random(256)
      return request(key, version, body)
    },
    () => {
      const { key, version, body } = anyRequest()
      const whole = request(key, version, body)
      return whole.subarray(0, random(whole.length))
    },
    () => request(random(0x7fff), random(20), bytes(random(50))),
    () => {
      const { key, version, body } = anyRequest()
      return request(key, version, Buffer.concat([body, bytes(random(50))]))
    },
  ]
  const bystander = await RawClient.connect(broker.brokers[0]!)
  const before = process.memoryUsage().rss
  for (let round = 0; round < ATTACKS / 20; round += 1) {
    await Promise.all(
      Array.from({ length: 20 }, async () => {
        const socket = await dial(broker.port)
        socket.end(attacks[random(attacks.length)]!())
        await untilClosed(socket)
      }),
    )
    const { topics: answer } = await bystander.request('Metadata', 12, { topics: [{ name: 'orders' }] })
    expect(answer[0]!.partitions).toHaveLength(2)
  }
  await bystander.close()
  // One line for each connection that was closed for its bytes, none of a failure of our own.
  expect(lines.length).toBeLessThanOrEqual(ATTACKS)
  expect(lines.filter((line) => /TypeError|RangeError|is not a function|undefined|ERR_/.test(line))).toEqual([])
  expect(process.memoryUsage().rss - before).toBeLessThan(300 * 1024 * 1024)
})
