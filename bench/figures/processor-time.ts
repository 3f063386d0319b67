import { existsSync } from 'node:fs'
import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { kafkaJarsFolder } from '../../scripts/kafka-jars.ts'
import { venvPython } from '../../scripts/python-clients.ts'
import { client, createTopic } from '../support/client.ts'
import { embeddedElsewhere } from '../support/embedded.ts'
import type { Outcome, RealKafka } from '../support/figure.ts'
import { startKfake } from '../support/kfake.ts'
import { runQuietly } from '../support/process.ts'
import { interleave, median } from '../support/statistics.ts'
import { consume, produce } from './throughput.ts'

/** Of /proc/PID/stat: a tick of its times is 10 ms on every Linux (USER_HZ). */
const TICK_MS = 10
const librdkafka = fileURLToPath(new URL('../support/librdkafka.py', import.meta.url))

interface Broker {
  brokers: string
  pid: number
}

interface Load {
  bytes: number
  records: number
}

type Work = (brokers: string, topic: string, load: Load) => Promise<unknown>

const sizes: Record<string, Load> = {
  '100 B': { bytes: 100, records: 200_000 },
  '1 KB': { bytes: 1024, records: 100_000 },
}
const clients: Record<string, { produce: Work; consume: Work }> = {
  kafkajs: {
    produce: (brokers, topic, { bytes, records }) => produce(client(brokers), topic, bytes, records),
    consume: (brokers, topic, { records }) => consume(client(brokers), topic, records),
  },
  librdkafka: {
    produce: (brokers, topic, load) => python(brokers, topic, 'produce', load),
    consume: (brokers, topic, load) => python(brokers, topic, 'consume', load),
  },
  Java: {
    produce: (brokers, topic, { bytes, records }) =>
      java('ProducerPerformance', [
        '--topic',
        topic,
        '--num-records',
        `${records}`,
        '--record-size',
        `${bytes}`,
        '--throughput',
        '-1',
        '--producer-props',
        `bootstrap.servers=${brokers}`,
      ]),
    consume: (brokers, topic, { records }) =>
      java('ConsumerPerformance', [
        '--bootstrap-server',
        brokers,
        '--topic',
        topic,
        '--messages',
        `${records}`,
        '--timeout',
        '60000',
      ]),
  },
}

/**
 * Processor time that a broker's process takes for the same work, the embedded broker against others: throughput hides
 * it, since the client is the limit. Medians of three alternating rounds behind one that warms up.
 */
export default async function processorTime(real: RealKafka): Promise<Outcome[]> {
  const name = "processor time of the broker's process"
  if (!existsSync('/proc/self/stat')) return [{ name, skipped: 'it is read from /proc, which only Linux has' }]
  if ('missing' in real) return [{ name, skipped: real.missing }]
  const embedded = await embeddedElsewhere()
  const kfake = await startKfake()
  try {
    const others: Record<string, Broker> = kfake === undefined ? { Kafka: real } : { kfake, Kafka: real }
    const outcomes: Outcome[] = []
    for (const [clientName, ways] of Object.entries(clients)) {
      if (clientName === 'librdkafka' && !existsSync(venvPython)) {
        outcomes.push({ name: `${name}, librdkafka`, skipped: 'no confluent-kafka here: npm run install:clients' })
        continue
      }
      for (const [size, load] of Object.entries(sizes)) {
        const times = await measure({ embedded, ...others }, ways, load)
        for (const way of ['produce', 'consume'] as const) {
          outcomes.push(
            ...Object.keys(others).map((other) => outcome(`${clientName} ${way} ${size}`, way, other, times)),
          )
        }
      }
    }
    return outcomes
  } finally {
    await kfake?.[Symbol.asyncDispose]()
    await embedded.close()
  }
}

interface Times {
  produce: number
  consume: number
}

function outcome(what: string, way: keyof Times, other: string, times: Record<string, Times[]>): Outcome {
  const of = (broker: string) => median((times[broker] ?? []).map((one) => one[way]))
  return {
    name: `processor time for ${what}, embedded against ${other}`,
    measured: of('embedded') / of(other),
    unit: 'times',
    goal: { atMost: other === 'Kafka' ? 0.5 : 0.8 },
    details: { 'embedded ms': of('embedded'), [`${other} ms`]: of(other) },
  }
}

async function measure(
  brokers: Record<string, Broker>,
  { produce, consume }: { produce: Work; consume: Work },
  load: Load,
): Promise<Record<string, Times[]>> {
  const subjects = Object.entries(brokers).map(([name, broker]) => {
    const round = async (): Promise<Times> => {
      const topic = await createTopic(client(broker.brokers))
      return {
        produce: await spent(broker, () => produce(broker.brokers, topic, load)),
        consume: await spent(broker, () => consume(broker.brokers, topic, load)),
      }
    }
    return [name, round] as const
  })
  return await interleave(Object.fromEntries(subjects), { rounds: 3, warmUp: 1 })
}

/** Milliseconds of processor time, in all threads, that a broker takes while `work` is done. */
async function spent({ pid }: Broker, work: () => Promise<unknown>): Promise<number> {
  const before = await processorMs(pid)
  await work()
  return (await processorMs(pid)) - before
}

/** Fields 14 and 15, utime and stime, counted behind the program's name, which may hold spaces (proc_pid_stat(5)). */
async function processorMs(pid: number): Promise<number> {
  const stat = await readFile(`/proc/${pid}/stat`, 'utf8')
  const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ')
  return (Number(fields[11]) + Number(fields[12])) * TICK_MS
}

async function python(brokers: string, topic: string, way: 'produce' | 'consume', { records, bytes }: Load) {
  await runQuietly(venvPython, [librdkafka, brokers, topic, way, `${records}`, `${bytes}`])
}

async function java(tool: 'ProducerPerformance' | 'ConsumerPerformance', args: readonly string[]) {
  await runQuietly('java', ['-cp', join(kafkaJarsFolder, '*'), `org.apache.kafka.tools.${tool}`, ...args])
}
