import { existsSync } from 'node:fs'
import { readFile } from 'node:fs/promises'
import { client } from '../support/client.ts'
import { embeddedElsewhere } from '../support/embedded.ts'
import type { Outcome, RealKafka } from '../support/figure.ts'
import { startKfake } from '../support/kfake.ts'
import { produce } from './throughput.ts'

const cap = 64 * 1024 * 1024
const bytes = 1024
const records = 1_000_000
const topic = 'bench-memory-under-cap'

/** Resident memory of a broker's process after 1 GB went through one partition that may hold 64 MiB (retention.bytes). */
export default async function memoryUnderCap(real: RealKafka): Promise<Outcome[]> {
  const name = 'memory after 1 GB through a partition of 64 MiB'
  if (!existsSync('/proc/self/status')) return [{ name, skipped: 'it is read from /proc, which only Linux has' }]
  if ('missing' in real) return [{ name, skipped: real.missing }]
  const embedded = await embeddedElsewhere({ maxPartitionBytes: cap })
  const kfake = await startKfake()
  try {
    const ours = await residentAfter(embedded)
    const others = { Kafka: await residentAfter(real), ...(kfake && { kfake: await residentAfter(kfake) }) }
    return Object.entries(others).map(([other, megabytes]) => ({
      name: `${name}, embedded against ${other}`,
      measured: ours / megabytes,
      unit: 'times',
      goal: { atMost: other === 'Kafka' ? 0.5 : 0.8 },
      details: { 'embedded MB': ours, [`${other} MB`]: megabytes },
    }))
  } finally {
    await kfake?.[Symbol.asyncDispose]()
    await embedded.close()
  }
}

async function residentAfter({ brokers, pid }: { brokers: string; pid: number }): Promise<number> {
  const kafka = client(brokers)
  const admin = kafka.admin()
  await admin.connect()
  const configEntries = [
    { name: 'retention.bytes', value: `${cap}` },
    { name: 'segment.bytes', value: `${cap / 4}` },
  ]
  await admin.createTopics({ topics: [{ topic, numPartitions: 1, configEntries }], waitForLeaders: true })
  await produce(kafka, topic, bytes, records)
  const status = await readFile(`/proc/${pid}/status`, 'utf8')
  await admin.deleteTopics({ topics: [topic] })
  await admin.disconnect()
  return Number(/^VmRSS:\s+(\d+) kB/m.exec(status)?.[1]) / 1024
}
