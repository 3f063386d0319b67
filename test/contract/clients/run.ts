import { randomUUID } from 'node:crypto'
import { inject } from 'vitest'
import { isReal, type Setting, setUp } from '../../support/kafka.ts'
import { type Check, checks, records, type Statement, type Subject } from './checks.ts'
import { type Client, handlerOf, type ServiceOptions, type Variant } from './service.ts'
import { needsAllHandled, rightVerdict, type Verdict } from './verdicts.ts'

/** Milliseconds: of a check that holds when it may, and of one that waits for what never comes. */
const patience = { holds: 15_000, fails: 1500 }

/** What a check said of a service. */
export interface Row {
  client: string
  version: string
  variant: Variant
  check: string
  says: Statement
  verdict: Verdict
  /** Records that were handled when it was given, and after how many milliseconds that was. */
  handled: number
  after: number
  /** By what the cluster knew, or what kept it from knowing. */
  knownBy: string
  /** In words, where the verdict is another than the right one. */
  wrong: string | undefined
}

type Judged = Omit<Row, 'knownBy'> & { message: string | undefined }

/** Starts the service, lets it have the records, and makes all the checks at once, as early as a test can. */
export async function checkService(client: Client, variant: Variant): Promise<Row[]> {
  await using setting = await setUp({ broker: { strict: inject('strict') } })
  const { kafka } = setting
  const names = {
    input: `orders-${randomUUID()}`,
    output: `events-${randomUUID()}`,
    groupId: `service-${randomUUID()}`,
  }
  await kafka.createTopic(names.input)
  await kafka.createTopic(names.output)
  const handled: string[] = []
  const options = { ...names, brokers: kafka.brokers, variant, handle: handlerOf(variant, handled) }
  await using service = await startService(client, options)
  const subject = { kafka, output: names.output, groupId: service.groupId, timeout: patience.holds }
  await checks.find(({ says }) => says === 'joined')!.run(subject)
  await kafka.topic(names.input).produce(records.map((value) => ({ value })))
  const judged = await Promise.all(checks.map((check) => judge(client, variant, check, subject, handled)))
  const knownBy = whatIsKnownBy(judged, setting)
  return judged.map(({ message, ...row }) => ({ ...row, knownBy }))
}

async function startService(client: Client, options: ServiceOptions): Promise<{ groupId: string } & AsyncDisposable> {
  const { groupId, stop } = await client.start(options)
  return { groupId, [Symbol.asyncDispose]: async () => void (await stop()) }
}

async function judge(
  client: Client,
  variant: Variant,
  { name, says, run }: Check,
  subject: Subject,
  handled: readonly string[],
): Promise<Judged> {
  const right = rightVerdict(variant, says)
  const began = performance.now()
  const message = await run({ ...subject, timeout: patience[right ?? 'fails'] }).then(
    () => undefined,
    (error: Error) => error.message,
  )
  const verdict = message === undefined ? 'holds' : 'fails'
  const seen = { verdict, handled: handled.length, after: Math.round(performance.now() - began) } as const
  const isEarly =
    verdict === 'holds' &&
    seen.handled < records.length &&
    variant !== 'crashing' &&
    needsAllHandled(client, variant, says, isReal)
  const isWrong = (right !== undefined && verdict !== right) || isEarly
  const wrong = `${verdict} after ${seen.after} ms, with ${seen.handled} records handled\n${message ?? ''}`
  const row = { client: client.name, version: client.version, variant, check: name, says }
  return { ...row, ...seen, message, wrong: isWrong ? wrong : undefined }
}

/** In the words of docs/clients.md, from what the checks said. */
function whatIsKnownBy(judged: readonly Judged[], { lines }: Setting): string {
  if (isReal) return 'what is committed; records: 1 s of waiting at least'
  const messages = judged.map(({ message }) => message ?? '').join('\n')
  if (messages.includes('without committing them: did its handler throw')) return 'it left without a commit'
  if (messages.includes('not committed them: does its handler throw')) return 'it is sent the same again and again'
  const notes = lines.flatMap((line) => (line.type === 'check' ? (line.notes ?? []) : []))
  const isDoubted = notes.some((note) => note.includes('nothing happened for'))
  if (isDoubted) return 'its commit, then 1 s in which nothing happens'
  return messages.includes('has not committed them') ? 'it never commits' : 'its requests'
}
