import { Writable } from 'node:stream'
import { Store } from '../history/store.ts'
import { type Client, datadog, missing, segment, sentry } from '../telemetry/clients.ts'
import type { Post } from '../telemetry/delivery.ts'
import { loadClients } from '../telemetry/report.ts'
import { choose, type Destinations, readSettings, type Settings, variables } from '../telemetry/settings.ts'
import { commandUsage, runUsage, type Usage } from '../telemetry/usage.ts'

/** `kafka-testkit telemetry on`: from now on, until `off`. */
export function turnOn(destinations: Destinations): void {
  choose(true, destinations)
  printStatus()
}

/** `kafka-testkit telemetry off`. */
export function turnOff(): void {
  choose(false)
  printStatus()
}

/** `kafka-testkit telemetry status`: on or off, why, and what goes where. */
export function printStatus(): void {
  const { on, why, destinations } = readSettings()
  console.log(`Telemetry is ${on ? 'on' : 'off'}: ${why}`)
  if (!on) return
  for (const client of [segment, sentry, datadog])
    console.log(`  ${client.what.padEnd(18)}${whereTo(client, destinations)}`)
}

function whereTo(client: Client, destinations: Destinations): string {
  const destination = destinations[client.key]
  if (destination === undefined) return `nowhere (${client.option}, or ${variables[client.key]})`
  const lacking = missing(client)
  if (lacking !== undefined) return `nowhere: ${lacking}`
  if (client === segment) return `to ${destinations.segmentHost ?? 'https://api.segment.io'}`
  return `to ${client === sentry ? new URL(destination).host : destination}`
}

const PLACEHOLDERS = {
  segmentWriteKey: 'WRITE_KEY',
  sentryDsn: 'https://KEY@sentry.invalid/1',
  dogstatsd: 'localhost:8125',
} satisfies Destinations

/** `kafka-testkit telemetry show`: each request as its client makes it, printed instead of sent. */
export async function showPayloads(): Promise<void> {
  const { on, why, anonymousId, destinations } = readSettings()
  console.log(`Telemetry is ${on ? 'on' : 'off'}: ${why}. Nothing of this is sent now.`)
  const settings = { on, why, anonymousId, destinations: { ...PLACEHOLDERS, ...destinations } }
  if (canShow(segment)) {
    const run = latestRun()
    if (run !== undefined) await show('At the end of a run (the latest in this folder)', { usage: run }, settings)
    await show('After a command', { usage: commandUsage('kafka-testkit history show', false) }, settings)
  }
  const error = new Error('a message, which is not sent')
  if (canShow(sentry)) await show('After an error of ours', { error }, settings)
  if (canShow(datadog)) await showMetrics(settings.destinations.dogstatsd)
}

function canShow(client: Client): boolean {
  const lacking = missing(client)
  if (lacking !== undefined) console.log(`\n# No ${client.what}: ${lacking}`)
  return lacking === undefined
}

function latestRun(): Usage | undefined {
  const store = new Store(process.cwd())
  const ended = store.list().runs.find(({ duration }) => duration !== null)
  const lines = ended === undefined ? [] : store.read(ended.id).lines
  const [run, end] = [lines[0], lines.at(-1)]
  return run?.type === 'run' && end?.type === 'end' ? runUsage({ run, lines, end }) : undefined
}

async function show(title: string, what: Parameters<typeof loadClients>[0], settings: Settings): Promise<void> {
  const print: Post = async (url, { method, headers, body }) => {
    const head = Object.entries(headers).map(([name, value]) => `${name}: ${value}`)
    console.log(['', `# ${title}`, `${method} ${url}`, ...head, '', body].join('\n'))
    return new Response('{}')
  }
  for (const send of await Promise.all(loadClients(what, settings))) await send(print)
}

async function showMetrics(address: string): Promise<void> {
  const { openMetrics } = await import('../telemetry/datadog.ts')
  console.log(`\n# While the endpoint runs\nUDP ${address}\n`)
  const lines = new Writable({
    write(chunk, _, done) {
      process.stdout.write(chunk, done)
    },
  })
  const metrics = openMetrics(lines)
  metrics.answered({ method: 'PUT', route: '/v1/runs/:id', status: 201, milliseconds: 12 })
  metrics.counted('runs_completed', 1)
  await metrics.close()
}
