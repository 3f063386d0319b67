import { createRequire } from 'node:module'
import type { Admin, Kafka } from 'kafkajs'
import { ownClientId } from '../base/client-ids.ts'
import { now, setTimeout } from '../base/clock.ts'
import type { Connection } from '../config/connection.ts'
import { kafkajsSecurity } from './credentials.ts'
import { trackSockets } from './sockets.ts'
import { troubleWith } from './trouble.ts'

/** A kafkajs admin, for what the main process asks of a cluster: it loads in a tenth of what the tests read with. */
export function openAdmin(connection: Connection, timeout = 5000): { admin: Admin; close(): Promise<void> } {
  const kafkajs = createRequire(import.meta.url)('kafkajs') as typeof import('kafkajs')
  const sockets = trackSockets()
  const client: Kafka = new kafkajs.Kafka({
    clientId: ownClientId,
    brokers: connection.brokers,
    ...kafkajsSecurity(connection),
    logLevel: kafkajs.logLevel.NOTHING,
    connectionTimeout: timeout,
    authenticationTimeout: timeout,
    requestTimeout: timeout,
    // One that is down must not hide the others: kafkajs tries the next at each retry.
    retry: { retries: connection.brokers.length - 1, initialRetryTime: 50 },
    socketFactory: sockets.factory,
  })
  const admin = client.admin()
  return {
    admin,
    async close() {
      await admin.disconnect().catch(() => {})
      sockets.cut()
    },
  }
}

export interface Readiness {
  /** Of `now()`; until then it is asked again, but for what time doesn't heal. */
  deadline: number
  /** Whether a group coordinator must answer: of a container, which may only just have started. */
  coordinator: boolean
}

/**
 * Resolves once ApiVersions, Metadata and a group coordinator answer: Kafka listens seconds before it serves, and what
 * it is asked meanwhile it answers with errors on which clients back off.
 *
 * @throws ClusterTrouble
 */
export async function untilReady(connection: Connection, { deadline, coordinator }: Readiness): Promise<void> {
  for (;;) {
    const { admin, close } = openAdmin(connection, Math.max(500, Math.min(5000, deadline - now())))
    try {
      await admin.connect()
      await admin.describeCluster()
      if (coordinator) await admin.fetchOffsets({ groupId: `${ownClientId}-is-there`, topics: [] })
      return
    } catch (error) {
      const trouble = troubleWith(error, connection)
      if (now() >= deadline || isFinal(trouble.message)) throw trouble
      await new Promise((resolve) => setTimeout(resolve, 100))
    } finally {
      await close()
    }
  }
}

/** What no waiting heals: a wrong secret, a wrong certificate, a wrong name. (Before it serves, a port may close on TLS.) */
function isFinal(message: string): boolean {
  return /the certificate of|the certificate is for|refuses|doesn't offer|can't be resolved|neither PEM/.test(message)
}
