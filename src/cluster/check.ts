import { randomUUID } from 'node:crypto'
import { ownClientId } from '../base/client-ids.ts'
import { after } from '../base/clock.ts'
import { BrokerConnection } from '../client/connection.ts'
import type { ClusterAddress } from '../config/cluster.ts'
import { clientOptions } from './credentials.ts'
import { RealClient } from './real-client.ts'
import { releaseOf } from './release.ts'
import { moreByCheck, troubleWith } from './trouble.ts'

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
export async function* checkCluster(connection: ClusterAddress, prefix: string): AsyncGenerator<Finding> {
  const reached = new Set<string>()
  for (const address of connection.brokers) {
    const finding = await reach(address, connection)
    if (finding.verdict === 'ok') reached.add(address)
    yield finding
  }
  if (reached.size === 0) return
  const client = new RealClient({ ...connection, brokers: [...reached] }, TIMEOUT)
  const attempt = async (work: () => Promise<string>, verdict: 'failed' | 'warning' = 'failed'): Promise<Finding> => {
    try {
      return { verdict: 'ok', text: await work() }
    } catch (error) {
      return { verdict, text: wordsOf(error) }
    }
  }
  try {
    let brokers: readonly { nodeId: number; address: string }[] = []
    const authenticated = await attempt(async () => {
      const { clusterId, controllerId, ...described } = await client.ask((client) => client.cluster())
      brokers = described.brokers
      const many = brokers.length === 1 ? '1 broker' : `${brokers.length} brokers`
      return `${whoIs(connection)}: cluster ${clusterId}, ${many}, controller ${controllerId < 0 ? 'unknown' : controllerId}`
    })
    yield authenticated
    if (authenticated.verdict === 'failed') return
    for (const { nodeId, address } of brokers) {
      if (reached.has(address)) continue
      const { verdict, text } = await reach(address, connection)
      yield { verdict, text: `broker ${nodeId} advertises ${address}: ${text}` }
    }
    yield await attempt(async () => {
      await client.ask((client) => client.committedOffsets(`${prefix}${ownClientId}-check`))
      return 'a group coordinator answers'
    }, 'warning')
    yield await attempt(
      () => probeTopic(client, `${prefix}${ownClientId}-check-${randomUUID().slice(0, 8)}`),
      'warning',
    )
  } finally {
    await client.close()
  }
}

async function reach(address: string, connection: ClusterAddress): Promise<Finding> {
  let opened: BrokerConnection | undefined
  try {
    opened = await BrokerConnection.dial(address, clientOptions(connection), after(TIMEOUT))
    const { apiKeys } = opened.apiVersions
    const release = releaseOf(opened.apiVersions)
    const version = release === undefined ? '' : `Kafka ${release}, `
    return {
      verdict: 'ok',
      text: `${address} answers${connection.ssl ? ' by TLS' : ''} (${version}${apiKeys.length} APIs)`,
    }
  } catch (error) {
    return { verdict: 'failed', text: wordsOf(troubleWith(error, { ...connection, brokers: [address] })) }
  } finally {
    opened?.close()
  }
}

/** This is the check that others are sent to. */
function wordsOf(error: unknown): string {
  return (error as Error).message.replace(` (${moreByCheck})`, '')
}

function whoIs({ sasl }: ClusterAddress): string {
  if (!sasl) return 'connected without SASL'
  return 'username' in sasl
    ? `authenticated as ${sasl.username} (${sasl.mechanism})`
    : `authenticated (${sasl.mechanism})`
}

async function probeTopic(client: RealClient, name: string): Promise<string> {
  await client.ask((client) => client.createTopic({ name }))
  await client.ask((client) => client.deleteTopics([name]))
  return `topics can be created and deleted (tried with ${name})`
}
