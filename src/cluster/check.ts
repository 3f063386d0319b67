import { randomUUID } from 'node:crypto'
import type { Admin } from 'kafkajs'
import { ownClientId } from '../base/client-ids.ts'
import type { Connection } from '../config/connection.ts'
import { dial } from './dial.ts'
import { openAdmin } from './ready.ts'
import { type ClusterTrouble, moreByCheck, troubleWith } from './trouble.ts'

/** One thing that was tried. `warning`: tests can run, but not all that they may want. */
export interface Finding {
  verdict: 'ok' | 'warning' | 'failed'
  text: string
}

/** Milliseconds for each thing that is tried. */
const TIMEOUT = 5000

/**
 * Tries all that a test run needs of a cluster, in the order in which it would fail: reach, TLS, credentials, the
 * addresses that the brokers advertise, a group coordinator, a topic. Ends behind the first thing without which the
 * rest makes no sense.
 */
export async function* checkCluster(connection: Connection, prefix: string): AsyncGenerator<Finding> {
  const reached = new Set<string>()
  for (const address of connection.brokers) {
    const finding = await reach(address, connection)
    if (finding.verdict === 'ok') reached.add(address)
    yield finding
  }
  if (reached.size === 0) return
  const { admin, close } = openAdmin({ ...connection, brokers: [...reached] }, TIMEOUT)
  const attempt = async (work: () => Promise<string>, verdict: 'failed' | 'warning' = 'failed'): Promise<Finding> => {
    try {
      return { verdict: 'ok', text: await work() }
    } catch (error) {
      return { verdict, text: wordsOf(troubleWith(error, connection)) }
    }
  }
  try {
    let brokers: { nodeId: number; host: string; port: number }[] = []
    const authenticated = await attempt(async () => {
      await admin.connect()
      const described = await admin.describeCluster()
      brokers = described.brokers
      const many = brokers.length === 1 ? '1 broker' : `${brokers.length} brokers`
      return `${whoIs(connection)}: cluster ${described.clusterId}, ${many}, controller ${described.controller ?? 'unknown'}`
    })
    yield authenticated
    if (authenticated.verdict === 'failed') return
    for (const { nodeId, host, port } of brokers) {
      const address = `${host}:${port}`
      if (reached.has(address)) continue
      const { verdict, text } = await reach(address, connection)
      yield { verdict, text: `broker ${nodeId} advertises ${address}: ${text}` }
    }
    yield await attempt(async () => {
      await admin.fetchOffsets({ groupId: `${prefix}${ownClientId}-check`, topics: [] })
      return 'a group coordinator answers'
    }, 'warning')
    yield await attempt(() => probeTopic(admin, `${prefix}${ownClientId}-check-${randomUUID().slice(0, 8)}`), 'warning')
  } finally {
    await close()
  }
}

async function reach(address: string, connection: Connection): Promise<Finding> {
  try {
    const { apis, release } = await dial(address, connection, TIMEOUT)
    const version = release === undefined ? '' : `Kafka ${release}, `
    return { verdict: 'ok', text: `${address} answers${connection.ssl ? ' by TLS' : ''} (${version}${apis} APIs)` }
  } catch (error) {
    return { verdict: 'failed', text: wordsOf(error as ClusterTrouble) }
  }
}

/** This is the check that others are sent to. */
function wordsOf({ message }: ClusterTrouble): string {
  return message.replace(` (${moreByCheck})`, '')
}

function whoIs({ sasl }: Connection): string {
  if (!sasl) return 'connected without SASL'
  return 'username' in sasl
    ? `authenticated as ${sasl.username} (${sasl.mechanism})`
    : `authenticated (${sasl.mechanism})`
}

async function probeTopic(admin: Admin, topic: string): Promise<string> {
  await admin.createTopics({ topics: [{ topic }], timeout: TIMEOUT, waitForLeaders: false })
  await admin.deleteTopics({ topics: [topic], timeout: TIMEOUT })
  return `topics can be created and deleted (tried with ${topic})`
}
