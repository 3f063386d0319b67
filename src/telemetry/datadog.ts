import type { Writable } from 'node:stream'
import { StatsD } from 'hot-shots'

/** An answer of the endpoint. */
export interface Answer {
  method: string
  /** The route's pattern (`/v1/runs/:id`), never the path that was asked for. */
  route: string
  status: number
  /** From the request's headers to the answer. */
  milliseconds: number
}

export interface Metrics {
  answered(answer: Answer): void
  /** `runs_completed`, and what else the endpoint counts. */
  counted(name: string, value: number): void
  /** Sends what is left. Ends within a second, whatever is on the other side. */
  close(): Promise<void>
}

/**
 * Metrics by DogStatsD over UDP, which never waits and never fails.
 *
 * @param to `host:port`, or a stream that gets the lines instead.
 */
export function openMetrics(to: string | Writable): Metrics {
  const statsd = new StatsD({
    ...(typeof to === 'string' ? udp(to) : { protocol: 'stream' as const, stream: to }),
    prefix: 'kafka_testkit.endpoint.',
    // Several lines a packet, below an Ethernet's 1500 bytes.
    maxBufferSize: 1432,
    // Tags from DD_TAGS, DD_ENV, DD_SERVICE, the container's id, and the client's metrics of itself.
    includeDataDogTags: false,
    datadog: false,
    includeDatadogTelemetry: false,
    errorHandler: () => {},
  })
  return {
    answered({ method, route, status, milliseconds }) {
      const tags = [`method:${method}`, `route:${route.replaceAll(':', '')}`, `status:${status}`]
      statsd.increment('requests', 1, tags)
      statsd.distribution('request.milliseconds', Math.round(milliseconds), tags)
    },
    counted: (name, value) => void statsd.increment(name, value),
    close() {
      const { promise, resolve } = Promise.withResolvers<void>()
      statsd.close(() => resolve())
      return promise
    },
  }
}

function udp(address: string): { protocol: 'udp'; host: string; port: number } {
  const colon = address.lastIndexOf(':')
  const host = address.slice(0, colon).replace(/^\[(.*)\]$/, '$1')
  return { protocol: 'udp', host, port: Number(address.slice(colon + 1)) }
}
