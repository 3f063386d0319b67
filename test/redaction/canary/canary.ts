import { cpSync } from 'node:fs'
import type { Kafka } from 'kafka-testkit'
import { afterAll } from 'vitest'
import { canary } from './slots.ts'

export { canary }

/** Record data that a test holds, and has seen. */
export async function seen(kafka: Kafka, slot: string): Promise<string> {
  const secret = canary(`data/${slot}`)
  const topic = kafka.topic('seen')
  await topic.produce({ key: 'a key', value: { secret } })
  await topic.receive({ value: { secret } })
  return secret
}

// What the workers leave for the reporter is gone after the run.
afterAll(() => cpSync(process.env.KAFKA_TESTKIT_SPOOL!, 'spool', { recursive: true }))
