import { randomUUID } from 'node:crypto'
import { afterAll, describe, expect, inject, test } from 'vitest'
import { isReal, setUp } from '../../support/kafka.ts'
import { type Check, checks, records, type Subject } from './checks.ts'
import { confluent } from './confluent.ts'
import { kafkajs } from './kafkajs.ts'
import { nestjs } from './nestjs.ts'
import { platformatic } from './platformatic.ts'
import { type Client, handlerOf, type Service, type Variant } from './service.ts'
import { needsAllHandled, rightVerdict, type Verdict } from './verdicts.ts'

const clients = [kafkajs, platformatic, confluent, nestjs]

/** Milliseconds: of a check that holds when it may, and of one that waits for what never comes. */
const patience = { holds: 15_000, fails: 1500 }

interface Row {
  client: string
  version: string
  variant: Variant
  check: string
  verdict: Verdict
  /** What was seen when it was given. */
  evidence: string
  /** Where it is another than the right one. */
  wrong: string | undefined
}

const rows: Row[] = []

for (const client of clients) {
  const isMissing = client.missing !== undefined && process.env.CI !== 'true'
  describe.skipIf(isMissing)(isMissing ? `${client.name} (is missing: ${client.missing})` : client.name, () => {
    test.for(client.variants)('%s', async (variant) => {
      const seen = await checkService(client, variant)
      rows.push(...seen)
      expect(seen.filter(({ wrong }) => wrong !== undefined).map(({ check, wrong }) => `${check} ${wrong}`)).toEqual([])
    })
  })
}

afterAll(() => console.table(rows.map(({ wrong, ...row }) => ({ ...row, '': wrong === undefined ? '' : 'WRONG' }))))

/** Starts the service, lets it have the records, and makes all the checks at once, as early as a test can. */
async function checkService(client: Client, variant: Variant): Promise<Row[]> {
  await using setting = await setUp({ broker: { strict: inject('strict') } })
  const { kafka } = setting
  const [input, output, groupId] = ['orders', 'events', 'service'].map((name) => `${name}-${randomUUID()}`) as [
    string,
    string,
    string,
  ]
  await kafka.createTopic(input)
  await kafka.createTopic(output)
  const handled: string[] = []
  const handle = handlerOf(variant, handled)
  const options = { brokers: kafka.brokers, groupId, input, output, variant, handle }
  await using service = await start(client, options)
  const subject = { kafka, output, groupId: service.groupId, timeout: patience.holds }
  await checks.find(({ says }) => says === 'joined')!.run(subject)
  await kafka.topic(input).produce(records.map((value) => ({ value })))
  return await Promise.all(checks.map((check) => judge(client, variant, check, subject, handled)))
}

async function start(client: Client, options: Parameters<Client['start']>[0]): Promise<Service & AsyncDisposable> {
  const service = await client.start(options)
  return { ...service, [Symbol.asyncDispose]: async () => void (await service.stop()) }
}

async function judge(
  client: Client,
  variant: Variant,
  { name, says, run }: Check,
  subject: Subject,
  handled: readonly string[],
): Promise<Row> {
  const right = rightVerdict(variant, says, isReal)
  const began = performance.now()
  const message = await run({ ...subject, timeout: patience[right ?? 'fails'] }).then(
    () => undefined,
    (error: Error) => error.message,
  )
  const verdict = message === undefined ? 'holds' : 'fails'
  const isEarly =
    verdict === 'holds' && handled.length < records.length && needsAllHandled(client, variant, says, isReal)
  const evidence = `${handled.length} handled, ${Math.round(performance.now() - began)} ms`
  const row = { client: client.name, version: client.version, variant, check: name, verdict, evidence } as const
  if (right !== undefined && verdict !== right) {
    return { ...row, wrong: `${verdict} after ${evidence}${message === undefined ? '' : `:\n${message}`}` }
  }
  return { ...row, wrong: isEarly && variant !== 'crashing' ? `holds too early: ${evidence}` : undefined }
}
