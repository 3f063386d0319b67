import type { Cluster } from '../cluster/cluster.ts'

const closing = new Map<Cluster, (() => Promise<void>)[]>()

/** Runs `close` when the test file is over that holds the cluster. */
export function onClose(cluster: Cluster, close: () => Promise<void>): void {
  closing.set(cluster, [...(closing.get(cluster) ?? []), close])
}

/** Closes what was opened on a cluster for a whole test file. */
export async function closeOpened(cluster: Cluster): Promise<void> {
  const all = closing.get(cluster) ?? []
  closing.delete(cluster)
  for (const close of all) await close()
}
