import { type Moment, now } from '../base/clock.ts'
import { inTime } from '../base/in-time.ts'
import type { Cluster } from '../cluster/cluster.ts'

/** Work that goes on outside of the clusters, as it was marked: a promise that ends with it. */
const underWay = new WeakMap<Cluster, Set<Promise<unknown>>>()

function workOn(cluster: Cluster): Set<Promise<unknown>> {
  const works = underWay.get(cluster) ?? new Set<Promise<unknown>>()
  underWay.set(cluster, works)
  return works
}

/** Does some work; until it ends the cluster doesn't count as settled. */
export async function busy<T>(cluster: Cluster, work: () => T | Promise<T>): Promise<T> {
  const works = workOn(cluster)
  const done = Promise.withResolvers<void>()
  works.add(done.promise)
  try {
    return await work()
  } finally {
    works.delete(done.promise)
    done.resolve()
  }
}

/** Waits until no marked work is under way, or until the deadline comes. Returns how much is left. */
export async function untilIdle(cluster: Cluster, deadline: Moment, signal?: AbortSignal): Promise<number> {
  const works = workOn(cluster)
  const stopped = new Promise<void>((resolve) => signal?.addEventListener('abort', () => resolve(), { once: true }))
  while (works.size > 0 && now() < deadline && signal?.aborted !== true) {
    const ended = Promise.race([...works, stopped])
    await inTime(ended, deadline, () => new Error('late')).catch(() => {})
  }
  return works.size
}
