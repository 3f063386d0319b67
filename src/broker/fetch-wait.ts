import { clearTimeout, setTimeout } from '../base/clock.ts'
import type { Connection, Context } from './api.ts'
import type { Partition } from './log/partition.ts'
import { rebalanceErrorHelps } from './rebalance-notice.ts'
import type { BrokerState } from './state.ts'

interface Limits {
  readonly minBytes: number
  readonly maxWaitMs: number
}

/** The place in a partition from which a client wants records. */
interface Position {
  readonly partition: Partition | undefined
  readonly offset: number
  /** Whether open transactions end what it may read. */
  readonly committedOnly: boolean
}

/** The offset before which a client's answer ends. */
export function readableEnd({ lastStableOffset, endOffset }: Partition, committedOnly: boolean): number {
  return committedOnly ? lastStableOffset : endOffset
}

/** The wait of a connection's first Fetch that finds nothing; each that ends without records is followed by twice as long a one. */
const FIRST_WAIT_MS = 5

const lastWaits = new WeakMap<Connection, number>()

/**
 * Waits until there are `minBytes` to read, at most `maxWaitMs`, and less long than Kafka would: only to the broker's
 * cap, not while another request of the connection waits behind it, and not when a group of the client's rebalances.
 * kafkajs heartbeats and disconnects only between two Fetches, so each of these costs its users seconds on Kafka. Each can
 * be as in Kafka by its switch of `strict`.
 * The first waits are short, so that a consumer that is closed soon after its last record, as tests do, is closed at once
 * (measured: 45 ms with 100 ms throughout, where 10 ms throughout costs 5 % of a core).
 */
export async function waitForRecords(places: readonly Position[], limits: Limits, context: Context): Promise<void> {
  const { broker, connection } = context
  const { strict, maxFetchWaitMs } = broker.options
  const shortened = Math.min(limits.maxWaitMs, maxFetchWaitMs, (lastWaits.get(connection) ?? FIRST_WAIT_MS / 2) * 2)
  const milliseconds = strict.fetchWait ? limits.maxWaitMs : shortened
  lastWaits.delete(connection)
  if (milliseconds <= 0 || places.length === 0 || thereIsEnough(places, limits.minBytes)) return
  if (connection.closed.aborted || places.some(({ partition }) => rebalanceErrorHelps(context, partition!))) return
  await new Promise<void>((resolve) => {
    const stops: (() => void)[] = []
    const done = () => {
      for (const stop of stops) stop()
      resolve()
    }
    const timer = setTimeout(() => {
      lastWaits.set(connection, milliseconds)
      done()
    }, milliseconds)
    timer.unref()
    stops.push(() => clearTimeout(timer))
    const onChange = () => {
      if (thereIsEnough(places, limits.minBytes) || places.some((place) => isGone(broker, place))) done()
    }
    for (const { partition } of places) stops.push(partition!.onChange(onChange))
    if (!strict.fetchDuringRebalance) stops.push(onRebalance(context, done))
    connection.closed.addEventListener('abort', done)
    stops.push(() => connection.closed.removeEventListener('abort', done))
    if (!strict.requestOrder) stops.push(connection.whenNextRequest(done))
  })
}

function thereIsEnough(places: readonly Position[], minBytes: number): boolean {
  let bytes = 0
  for (const { partition, offset, committedOnly } of places) {
    if (bytes >= minBytes) break
    bytes += partition!.bytesFrom(offset, readableEnd(partition!, committedOnly), minBytes - bytes)
  }
  return bytes >= minBytes
}

function isGone({ topics }: BrokerState, { partition }: Position): boolean {
  return topics.get(partition!.topic)?.partitions[partition!.index] !== partition
}

function onRebalance({ broker, clientId }: Context, done: () => void): () => void {
  const listener = ({ state }: { state: string }) => {
    if (state === 'PreparingRebalance' && broker.groups.rebalancingFor(clientId)) done()
  }
  broker.events.on('group state', listener)
  return () => broker.events.off('group state', listener)
}
