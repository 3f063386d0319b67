import { datadog, missing, segment, sentry } from './clients.ts'
import type { Answer, Metrics } from './datadog.ts'
import { report } from './report.ts'

/** Told by the endpoint of each answer and of each failure of its own, without data. */
export interface Observer {
  answered(answer: Answer): void
  counted(name: string, value: number): void
  failed(error: unknown): void
  close(): Promise<void>
}

/** How many failures of different places a process reports: a database that is down must not become a flood. */
const MOST_FAILURES = 20

/**
 * Metrics and error reports of an endpoint, where its operator turned telemetry on.
 *
 * @param warn gets what is wrong, in words: an endpoint runs on without its telemetry.
 */
export async function observeEndpoint(warn: (problem: string) => void): Promise<Observer | undefined> {
  let metrics: Metrics | undefined
  try {
    const { readSettings } = await import('./settings.ts')
    const { on, destinations } = readSettings(true)
    if (!on) return undefined
    for (const client of [segment, sentry, datadog]) {
      const lacking = destinations[client.key] === undefined ? undefined : missing(client)
      if (lacking !== undefined) warn(`telemetry: ${lacking}`)
    }
    if (destinations.dogstatsd !== undefined && missing(datadog) === undefined) {
      metrics = (await import('./datadog.ts')).openMetrics(destinations.dogstatsd)
    }
  } catch (error) {
    warn(`telemetry: ${(error as Error).message}`)
  }
  const seen = new Set<string>()
  return {
    answered: (answer) => metrics?.answered(answer),
    counted: (name, value) => metrics?.counted(name, value),
    failed(error) {
      const place = error instanceof Error ? (error.stack?.match(/\n +at .*/g)?.join('') ?? '') : ''
      if (seen.has(place) || seen.size === MOST_FAILURES) return
      seen.add(place)
      void report({ error }, true)
    },
    close: async () => metrics?.close(),
  }
}
