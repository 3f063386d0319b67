import type { CheckLine, EventLine, Metrics, Percentiles, RecordLine, TaskLine } from './model.ts'

/** What a test's lines say of it in numbers. The samples are kept, so that a run's percentiles are those of all. */
export interface Measured {
  recordsProduced: number
  recordsReceived: number
  bytesProduced: number
  bytesReceived: number
  produceToAck: number[]
  ackToReceive: number[]
}

export type Evidence = TaskLine | EventLine | RecordLine | CheckLine

export function measure(lines: readonly Evidence[]): Measured {
  const measured: Measured = emptyMeasured()
  const appended = new Map<string, number>()
  let received: RecordLine[] = []
  for (const line of lines) {
    if (line.type === 'event') noteAppend(line, appended)
    else if (line.type === 'record' && line.direction === 'received') received.push(line)
    else if (line.type === 'task' || line.type === 'check') {
      add(measured, line, received)
      for (const record of received) addLatency(measured, record, line.at + line.duration, appended)
      received = []
    }
  }
  return measured
}

export function emptyMeasured(): Measured {
  return {
    recordsProduced: 0,
    recordsReceived: 0,
    bytesProduced: 0,
    bytesReceived: 0,
    produceToAck: [],
    ackToReceive: [],
  }
}

function noteAppend(
  { kind, topic, partition, firstOffset, lastOffset, at }: EventLine,
  appended: Map<string, number>,
): void {
  if (kind !== 'produced' || firstOffset === null || lastOffset === null) return
  // Of a large batch the first records stand for all.
  for (let offset = firstOffset; offset <= Math.min(lastOffset, firstOffset + 200); offset++) {
    appended.set(`${topic}/${partition}@${offset}`, at)
  }
}

function add(measured: Measured, line: TaskLine | CheckLine, received: readonly RecordLine[]): void {
  if (line.type === 'check') {
    measured.recordsReceived += received.length
    measured.bytesReceived += received.reduce((bytes, { sizes }) => bytes + sizes.key + sizes.value, 0)
  } else if (line.kind === 'produce') {
    measured.recordsProduced += line.records
    measured.bytesProduced += line.bytes
    if (line.status === 'passed') measured.produceToAck.push(line.duration)
  } else {
    measured.recordsReceived += line.records
    measured.bytesReceived += line.bytes
  }
}

function addLatency(
  measured: Measured,
  record: RecordLine,
  receivedAt: number,
  appended: ReadonlyMap<string, number>,
): void {
  const at = appended.get(`${record.topic}/${record.partition}@${record.offset}`)
  if (at !== undefined) measured.ackToReceive.push(Math.max(0, receivedAt - at))
}

export function sumUp(all: readonly Measured[]): Measured {
  const sum = emptyMeasured()
  for (const one of all) {
    sum.recordsProduced += one.recordsProduced
    sum.recordsReceived += one.recordsReceived
    sum.bytesProduced += one.bytesProduced
    sum.bytesReceived += one.bytesReceived
    sum.produceToAck = sum.produceToAck.concat(one.produceToAck)
    sum.ackToReceive = sum.ackToReceive.concat(one.ackToReceive)
  }
  return sum
}

export function metricsOf({ produceToAck, ackToReceive, ...counts }: Measured): Metrics {
  return { ...counts, produceToAck: percentiles(produceToAck), ackToReceive: percentiles(ackToReceive) }
}

function percentiles(samples: readonly number[]): Percentiles | null {
  if (samples.length === 0) return null
  const sorted = [...samples].sort((a, b) => a - b)
  return { count: sorted.length, p50: quantile(sorted, 0.5), p99: quantile(sorted, 0.99), max: sorted.at(-1)! }
}

/** Of numbers that are sorted: that one below which this share of them lies. */
export function quantile(sorted: readonly number[], share: number): number {
  return sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))]!
}
