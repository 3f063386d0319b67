import type { Destinations } from './settings.ts'

/** An official client: what it sends, where its destination is said, and the package that it comes in. */
export interface Client {
  what: 'usage' | 'errors' | 'endpoint metrics'
  key: keyof Destinations
  option: string
  package: string
}

export const segment: Client = {
  what: 'usage',
  key: 'segmentWriteKey',
  option: '--segment-write-key',
  package: '@segment/analytics-node',
}
export const sentry: Client = { what: 'errors', key: 'sentryDsn', option: '--sentry-dsn', package: '@sentry/node' }
export const datadog: Client = {
  what: 'endpoint metrics',
  key: 'dogstatsd',
  option: '--dogstatsd',
  package: 'hot-shots',
}

/** What is missing for a client, in words; they are optional peers. */
export function missing({ package: name }: Client): string | undefined {
  try {
    import.meta.resolve(name)
    return undefined
  } catch {
    return `${name} is not installed (npm i -D ${name})`
  }
}
