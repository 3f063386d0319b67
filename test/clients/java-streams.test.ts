import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { delimiter, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { Kafka, logLevel } from 'kafkajs'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { kafkaStreamsFolder } from '../../scripts/kafka-jars.ts'
import { type Cluster, openCluster, unique } from './support/cluster.ts'
import { type Command, run, start } from './support/command.ts'
import { jvmOptions } from './support/java.ts'
import { describeClient } from './support/tool.ts'

const classpath = join(kafkaStreamsFolder, '*')

describeClient('Kafka Streams', () => {
  let cluster: Cluster
  let folder: string
  beforeAll(async () => {
    cluster = await openCluster()
    folder = await mkdtemp(join(tmpdir(), 'java-streams-'))
    const source = fileURLToPath(new URL('java/WordCount.java', import.meta.url))
    await run('javac', ['-proc:none', '-cp', classpath, '-d', folder, source])
  })
  afterAll(async () => {
    await cluster[Symbol.asyncDispose]()
    await rm(folder, { recursive: true, force: true })
  })

  /** Each has a folder of its own for its state: what another one counted it has from the cluster. */
  function startWordCount(names: readonly string[], state: string): Command {
    const program = ['-cp', [folder, classpath].join(delimiter), 'WordCount', cluster.brokers]
    return start('java', [...jvmOptions, ...program, ...names, join(folder, state)])
  }

  test('a word count that is killed half way and goes on elsewhere counts each word once', async () => {
    const [from, to] = [
      await cluster.createTopic({ numPartitions: 2 }),
      await cluster.createTopic({ numPartitions: 2 }),
    ]
    const names = [unique('word-count'), from, to]
    const lines = Array.from({ length: 20 }, (_, index) => ({ key: `${index}`, value: 'to be or not to be' }))
    await using counts = await readCounts(cluster.brokers, to)
    await using first = startWordCount(names, 'first')
    await cluster.produce(from, lines)
    await counts.are(10)
    await first[Symbol.asyncDispose]()
    await cluster.produce(from, lines)
    await using second = startWordCount(names, 'second')
    await counts.are(40 * 6)
    second.interrupt()
    await second.finished
    const upTo = (last: number) => Array.from({ length: last }, (_, index) => index + 1)
    expect(counts.byWord()).toEqual({ to: upTo(80), be: upTo(80), or: upTo(40), not: upTo(40) })
  })
})

/** What a reader of committed records sees of the counts. */
async function readCounts(brokers: string, topic: string) {
  const kafka = new Kafka({ brokers: [brokers], logLevel: logLevel.NOTHING })
  const consumer = kafka.consumer({ groupId: unique('reader'), maxWaitTimeInMs: 100 })
  const seen: [word: string, count: number][] = []
  let wake: (() => void) | undefined
  await consumer.connect()
  await consumer.subscribe({ topic, fromBeginning: true })
  await consumer.run({
    eachMessage: async ({ message: { key, value } }) => {
      seen.push([String(key), Number(value)])
      wake?.()
    },
  })
  return {
    /** Resolves when there are so many. */
    async are(count: number): Promise<void> {
      while (seen.length < count) {
        await new Promise<void>((resolve) => {
          wake = resolve
        })
      }
    },
    byWord() {
      const words = Map.groupBy(seen, ([word]) => word)
      return Object.fromEntries(Array.from(words, ([word, some]) => [word, some.map(([, count]) => count)]))
    },
    [Symbol.asyncDispose]: () => consumer.disconnect(),
  }
}
