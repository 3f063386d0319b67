import { ownClientId } from '../base/client-ids.ts'
import { type Moment, now, setTimeout } from '../base/clock.ts'
import type { ClusterAddress } from '../config/cluster.ts'
import { RealClient } from './real-client.ts'
import type { ClusterTrouble } from './trouble.ts'

export interface Readiness {
  /** Until then it is asked again, but for what time doesn't heal. */
  deadline: Moment
  /** Whether a group coordinator must answer: of a container, which may only just have started. */
  coordinator: boolean
}

/**
 * Resolves once ApiVersions, Metadata and a group coordinator answer: Kafka listens seconds before it serves, and what
 * it is asked meanwhile it answers with errors on which clients back off.
 *
 * @throws ClusterTrouble
 */
export async function untilReady(connection: ClusterAddress, { deadline, coordinator }: Readiness): Promise<void> {
  for (;;) {
    const client = new RealClient(connection, Math.max(500, Math.min(5000, deadline - now())))
    try {
      await client.ask((client) => client.cluster())
      if (coordinator) await client.ask((client) => client.committedOffsets(`${ownClientId}-is-there`))
      return
    } catch (error) {
      if (now() >= deadline || isFinal((error as ClusterTrouble).message)) throw error
      await new Promise((resolve) => setTimeout(resolve, 100))
    } finally {
      await client.close()
    }
  }
}

/** What no waiting heals: a wrong secret, a wrong certificate, a wrong name. (Before it serves, a port may close on TLS.) */
function isFinal(message: string): boolean {
  return /the certificate of|the certificate is for|refuses|doesn't offer|can't be resolved|neither PEM/.test(message)
}
