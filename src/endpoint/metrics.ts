import type { Observer } from '../telemetry/endpoint.ts'

/** What Prometheus scrapes: https://prometheus.io/docs/instrumenting/exposition_formats/ */
const BOUNDS = [0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10]

interface Durations {
  buckets: number[]
  sum: number
  count: number
}

/** Counts requests by route and status; nothing of a path or a body is in it. */
export class Metrics {
  readonly #requests = new Map<string, number>()
  readonly #durations = new Map<string, Durations>()
  readonly #counters = new Map<string, number>()
  readonly #observer: Observer | undefined
  /** Requests that are being answered. */
  inFlight = 0

  constructor(observer?: Observer) {
    this.#observer = observer
  }

  /** `seconds` from the request to its answer. */
  request(method: string, route: string, status: number, seconds: number): void {
    const labels = `method="${method}",route="${route}"`
    add(this.#requests, `${labels},status="${status}"`, 1)
    const durations = this.#durations.get(labels) ?? { buckets: BOUNDS.map(() => 0), sum: 0, count: 0 }
    this.#durations.set(labels, durations)
    durations.sum += seconds
    durations.count += 1
    BOUNDS.forEach((bound, index) => {
      if (seconds <= bound) durations.buckets[index]! += 1
    })
  }

  count(name: 'chunks_stored' | 'chunk_bytes_received' | 'runs_completed', value = 1): void {
    add(this.#counters, name, value)
    this.#observer?.counted(name, value)
  }

  toText(): string {
    const { rss, heapUsed } = process.memoryUsage()
    return [
      '# TYPE kafka_testkit_requests_total counter',
      ...[...this.#requests].map(([labels, count]) => `kafka_testkit_requests_total{${labels}} ${count}`),
      '# TYPE kafka_testkit_request_duration_seconds histogram',
      ...[...this.#durations].flatMap(([labels, durations]) => histogram(labels, durations)),
      ...[...this.#counters].flatMap(([name, count]) => [
        `# TYPE kafka_testkit_${name}_total counter`,
        `kafka_testkit_${name}_total ${count}`,
      ]),
      '# TYPE kafka_testkit_requests_in_flight gauge',
      `kafka_testkit_requests_in_flight ${this.inFlight}`,
      '# TYPE process_resident_memory_bytes gauge',
      `process_resident_memory_bytes ${rss}`,
      '# TYPE nodejs_heap_size_used_bytes gauge',
      `nodejs_heap_size_used_bytes ${heapUsed}`,
      '# TYPE process_start_time_seconds gauge',
      `process_start_time_seconds ${Math.floor(Date.now() / 1000 - process.uptime())}`,
      '',
    ].join('\n')
  }
}

function add(counts: Map<string, number>, key: string, value: number): void {
  counts.set(key, (counts.get(key) ?? 0) + value)
}

function histogram(labels: string, { buckets, sum, count }: Durations): string[] {
  const name = 'kafka_testkit_request_duration_seconds'
  return [
    ...BOUNDS.map((bound, index) => `${name}_bucket{${labels},le="${bound}"} ${buckets[index]}`),
    `${name}_bucket{${labels},le="+Inf"} ${count}`,
    `${name}_sum{${labels}} ${sum}`,
    `${name}_count{${labels}} ${count}`,
  ]
}
