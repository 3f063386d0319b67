import { join } from 'node:path'
import { Kafka, logLevel } from 'kafkajs'
import { expect, test } from 'vitest'
import { goFolder } from '../../scripts/go-clients.ts'
import { openCluster, unique } from './support/cluster.ts'
import { run } from './support/command.ts'
import { describeClient } from './support/tool.ts'

describeClient('franz-go', () => {
  test('consume, transform, produce in transactions, of which the first is aborted', async () => {
    await using cluster = await openCluster()
    const from = await cluster.createTopic()
    const to = `${from}-out`
    await cluster.admin.createTopics({ topics: [{ topic: to }], waitForLeaders: true })
    const values = ['1', '2', 'end']
    const messages = values.map((value) => ({ value }))
    await cluster.produce(from, messages)
    const group = unique('tx')
    await run(join(goFolder, 'franz-go'), ['transact', cluster.brokers, from, group])
    const kafka = new Kafka({ brokers: [cluster.brokers], logLevel: logLevel.NOTHING })
    const read = async (readUncommitted: boolean) => {
      const consumer = kafka.consumer({ groupId: unique('reader'), readUncommitted, maxWaitTimeInMs: 100 })
      await consumer.connect()
      await consumer.subscribe({ topic: to, fromBeginning: true })
      const seen: string[] = []
      const wanted = readUncommitted ? 6 : 3
      await new Promise<void>((resolve) => {
        const eachMessage = async ({ message }: { message: { value: Buffer | null } }) => {
          if (seen.push(String(message.value)) === wanted) resolve()
        }
        void consumer.run({ eachMessage })
      })
      await consumer.disconnect()
      return seen
    }
    expect(await read(false)).toEqual(values)
    expect(await read(true)).toEqual([...values, ...values])
    const committed = await cluster.admin.fetchOffsets({ groupId: group, topics: [from] })
    expect(committed).toMatchObject([{ partitions: [{ offset: '3' }] }])
  })
})
