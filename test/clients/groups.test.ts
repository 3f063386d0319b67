import diagnostics from 'node:diagnostics_channel'
import type { Socket } from 'node:net'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { goFolder } from '../../scripts/go-clients.ts'
import { venvPython } from '../../scripts/python-clients.ts'
import { rustProgram } from '../../scripts/rust-client.ts'
import { type Cluster, isReal, openCluster, unique } from './support/cluster.ts'
import { run } from './support/command.ts'
import { type Member, type Members, members } from './support/member.ts'
import { describeClient, type Tool } from './support/tool.ts'

const python = (name: string) => [venvPython, fileURLToPath(new URL(`python/${name}_member.py`, import.meta.url))]
const go = (name: string) => [join(goFolder, name)]

const programs = {
  'confluent-kafka': python('confluent_kafka'),
  'kafka-python': python('kafka_python'),
  aiokafka: python('aiokafka'),
  'franz-go': go('franz-go'),
  'kafka-go': go('kafka-go'),
  sarama: go('sarama'),
  rdkafka: [rustProgram],
} satisfies Partial<Record<Tool, string[]>>

const partitions = [0, 1, 2, 3]

for (const [name, [command = '', ...before]] of Object.entries(programs)) {
  describeClient(name as Tool, () => {
    let cluster: Cluster
    const sockets = new Set<Socket>()
    const note = (message: unknown) => void sockets.add((message as { socket: Socket }).socket)
    beforeAll(async () => {
      cluster = await openCluster()
      diagnostics.subscribe('net.server.socket', note)
    })
    afterAll(() => {
      diagnostics.unsubscribe('net.server.socket', note)
      return cluster[Symbol.asyncDispose]()
    })

    const join = (group: Members, { brokers }: Cluster, topic: string, groupId: string) =>
      group.start(command, [...before, 'member', brokers, topic, groupId])

    async function startTwo(
      group: Members,
      cluster: Cluster,
      topic: string,
      groupId: string,
    ): Promise<[Member, Member]> {
      const first = join(group, cluster, topic, groupId)
      await group.until('the first has all partitions', () => first.assigned.length === partitions.length)
      const second = join(group, cluster, topic, groupId)
      await group.until('both have their share', () => areShared([first, second]))
      return [first, second]
    }

    test('its producer is served', async () => {
      const topic = await cluster.createTopic()
      await run(command, [...before, 'produce', cluster.brokers, topic, '5'])
      expect(await cluster.offsets(topic)).toEqual([5])
    })

    test('members join, share the partitions, and leave', async () => {
      const [topic, groupId] = [await cluster.createTopic({ numPartitions: partitions.length }), unique('group')]
      await using group = members()
      const [first, second] = await startTwo(group, cluster, topic, groupId)
      const shared = values('shared')
      await produce(cluster, topic, shared)
      await group.until('all is handled', () => first.handled.length + second.handled.length >= shared.length)
      expect([...first.handled, ...second.handled].sort()).toEqual(shared)

      await second.leave()
      await group.until('the first has all partitions again', () => first.assigned.length === partitions.length)
      const alone = values('alone')
      const before = first.handled.length
      await produce(cluster, topic, alone)
      await group.until('all is handled', () => first.handled.length - before >= alone.length)
      expect(first.handled.slice(before).toSorted()).toEqual(alone)
      await first.leave()
      expect(await cluster.describeGroup(groupId)).toEqual({ state: 'Empty', members: [] })
    })

    test('a member that is killed is replaced, and goes on from what was committed', async () => {
      const [topic, groupId] = [await cluster.createTopic({ numPartitions: partitions.length }), unique('group')]
      await using group = members()
      const first = join(group, cluster, topic, groupId)
      await produce(cluster, topic, values('before'))
      await group.until('the first half is handled', () => first.handled.length >= values('before').length)
      await first.kill()
      await produce(cluster, topic, values('after'))
      const second = join(group, cluster, topic, groupId)
      await group.until('the second half is handled', () => second.handled.length >= values('after').length)
      expect(second.handled.toSorted()).toEqual(values('after'))
    })

    test.skipIf(isReal).for([
      // As Kafka does: a member is a member until its session is over.
      ['stay members', { membersOutliveConnections: true }],
      // By default one that isn't heard of in 250 ms has left; then it comes back as a new one.
      ['get their partitions back', false],
    ] as const)('members whose connections are cut %s', async ([end, strict]) => {
      await using setting = await openCluster({ strict })
      await using group = members()
      const [topic, groupId] = [await setting.createTopic({ numPartitions: partitions.length }), unique('group')]
      const two = await startTwo(group, setting, topic, groupId)
      const before = await setting.describeGroup(groupId)
      for (const socket of sockets) socket.destroy()
      for (const word of ['soon', 'later']) {
        await produce(setting, topic, values(word))
        const isHandled = (value: string) => two.some(({ handled }) => handled.includes(value))
        await group.until(`what was produced ${word} is handled`, () => values(word).every(isHandled))
      }
      await group.until('both have their share', () => areShared(two))
      if (end === 'stay members') expect(await setting.describeGroup(groupId)).toEqual(before)
    })
  })
}

async function produce(cluster: Cluster, topic: string, values: readonly string[]): Promise<void> {
  await cluster.produce(
    topic,
    values.map((value, index) => ({ value, partition: index % partitions.length })),
  )
}

function values(word: string): string[] {
  return Array.from({ length: 8 }, (_, index) => `${word} ${index}`)
}

function areShared(group: readonly Member[]): boolean {
  const all = group.flatMap(({ assigned }) => assigned).toSorted((one, other) => one - other)
  return (
    group.every(({ assigned }) => assigned.length === partitions.length / group.length) && `${all}` === `${partitions}`
  )
}
