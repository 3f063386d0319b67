import type { Writable } from 'node:stream'
import { StatsD } from 'hot-shots'

/** What the endpoint tells Datadog: docs/telemetry.md lists the metrics. */
export interface EndpointMetrics {
  /**
   * @param status HTTP status of the answer.
   * @param milliseconds from the request's first byte to the answer.
   */
  request(status: number, milliseconds: number): void
  /** A run that is complete, with the bytes of its chunks. */
  runCompleted(bytes: number): void
  /** Sends what is left. Ends within a second, whatever is on the other side. */
  close(): Promise<void>
}

/**
 * Metrics by DogStatsD over UDP, which never waits and never fails.
 *
 * @param to `host:port`, or a stream that gets the lines instead.
 */
export function openMetrics(to: string | Writable): EndpointMetrics {
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
    request(status, milliseconds) {
      const tags = [`status:${Math.trunc(status / 100)}xx`]
      statsd.increment('requests', 1, tags)
      statsd.distribution('request.milliseconds', Math.round(milliseconds), tags)
    },
    runCompleted(bytes) {
      statsd.increment('runs.completed')
      statsd.increment('bytes.received', bytes)
    },
    close() {
      const { promise, resolve } = Promise.withResolvers<void>()
      statsd.close(() => resolve())
      return promise
    },
  }
}

function udp(address: string): { protocol: 'udp'; host: string; port: number } {
  const colon = address.lastIndexOf(':')
  return {
    protocol: 'udp',
    host: address.slice(0, colon).replace(/^\[(.*)\]$/, '$1'),
    port: Number(address.slice(colon + 1)),
  }
}
