import { after } from '../base/clock.ts'
import type { ClusterAddress, ResolvedCluster } from '../config/cluster.ts'
import type { DeclaredTopic } from '../config/topics.ts'
import type { WorkerCluster } from '../config/worker-options.ts'
import { cleanUp, noteBefore } from './clean-up.ts'
import type { Cluster } from './cluster.ts'
import { leftBehind } from './created-topics.ts'
import { untilReady } from './ready.ts'
import { RealClient } from './real-client.ts'
import type { RunNotes } from './run-notes.ts'

type RealWorkerCluster = Exclude<WorkerCluster, { kind: 'embedded' }>

/** Milliseconds until an external cluster must answer. */
const EXTERNAL_TIMEOUT = 10_000

/** The cluster of a run, as the runner's main process has it. */
export interface RunCluster {
  /** What the workers are told. It may hold secrets: it goes to them in memory, and is never written. */
  readonly worker: WorkerCluster
  /** Creates those that aren't there; they are deleted when it stops. */
  createTopics(topics: readonly DeclaredTopic[]): Promise<void>
  /** Idempotent. */
  stop(): Promise<void>
}

/** What a cluster is started with: a real one, each test file starts an embedded one by itself. Plain data. */
export interface RunClusterOptions {
  cluster: Exclude<ResolvedCluster, { kind: 'embedded' }>
  root: string
}

const running = Symbol.for('kafka-testkit.run-clusters')

interface Started {
  options: RunClusterOptions
  cluster: Promise<RunCluster>
}

/**
 * Starts what the run needs, once for all of its projects and workers, and sees to it that it answers.
 *
 * @throws Error with one message that says what to do.
 */
export function startRunCluster(options: RunClusterOptions): Promise<RunCluster> {
  const clusters = allStarted()
  const key = JSON.stringify(options)
  const started = clusters.get(key) ?? { options, cluster: start(options).catch((error) => fail(error)) }
  clusters.set(key, started)
  return started.cluster.then((cluster) => ({
    get worker() {
      return cluster.worker
    },
    createTopics: cluster.createTopics,
    stop() {
      if (clusters.get(key) === started) clusters.delete(key)
      return cluster.stop()
    },
  }))
}

/** A runner may load this module more than once: the run has one cluster all the same. */
function allStarted(): Map<string, Started> {
  const holder = globalThis as { [running]?: Map<string, Started> }
  holder[running] ??= new Map()
  return holder[running]
}

/** The real clusters of this process's run, and how each is reached; those that could not be started are left out. */
export async function runningClusters(): Promise<{ cluster: RunClusterOptions['cluster']; at: ClusterAddress }[]> {
  const found = await Promise.allSettled(
    [...allStarted().values()].map(async ({ options, cluster }) => {
      const { worker } = await cluster
      return worker.kind === 'embedded' ? [] : [{ cluster: options.cluster, at: worker.connection }]
    }),
  )
  return found.flatMap((one) => (one.status === 'fulfilled' ? one.value : []))
}

/** The frames of our own code say nothing to who reads the message, nor does what lies beneath it. */
function fail(error: Error): never {
  const told = new Error(error.message)
  told.stack = `Error: ${error.message}`
  throw told
}

async function start({ cluster, root }: RunClusterOptions): Promise<RunCluster> {
  switch (cluster.kind) {
    case 'external': {
      const { kind, prefix, cleanUp: isCleaned, ...rest } = cluster
      const connection = { ...rest, root }
      await untilReady(connection, { deadline: after(EXTERNAL_TIMEOUT), coordinator: false })
      await deleteLeftovers(connection)
      const notes = isCleaned ? await noteBefore(connection) : undefined
      return withTopics({ kind, prefix, connection }, notes, async () => {})
    }
    case 'testcontainers': {
      const { startContainer } = await import('./testcontainers.ts')
      const { connection, stop } = await startContainer(cluster, root)
      // One that goes with the run needs no cleaning.
      const notes = cluster.reuse ? await noteBefore(connection) : undefined
      return withTopics({ kind: cluster.kind, prefix: cluster.prefix, connection }, notes, stop)
    }
  }
}

/** A real cluster that creates the config's topics, and deletes at its end those that it had to create, and what the tests left. */
function withTopics(worker: RealWorkerCluster, notes: RunNotes | undefined, stop: () => Promise<void>): RunCluster {
  const there = new Set<string>()
  const created: string[] = []
  let opened: Promise<Cluster> | undefined
  return {
    get worker() {
      return { ...worker, topics: [...there], ...(notes && { notes: notes.folder }) }
    },
    async createTopics(topics) {
      if (topics.length === 0) return
      opened ??= import('./real.ts').then(({ realCluster }) => realCluster(worker))
      const cluster = await opened
      for (const { name, ...options } of topics) {
        if (await cluster.createTopic(name, { ...options, ifExists: 'use' })) created.push(name)
        there.add(name)
      }
    },
    async stop() {
      try {
        const cluster = await opened
        for (const name of created.splice(0)) await cluster?.deleteTopic(name)
        await cluster?.close()
        if (notes !== undefined) await cleanUp(worker.connection, notes)
        notes = undefined
      } finally {
        await stop()
      }
    },
  }
}

/**
 * Deletes what earlier runs created here and could not delete: by Kafka's id of it, so never a topic that only has the
 * same name. What it may not delete it leaves for the next run.
 */
async function deleteLeftovers(connection: ClusterAddress): Promise<void> {
  const { topics, forget } = leftBehind(connection)
  if (topics.length > 0) {
    const client = new RealClient(connection)
    try {
      const there = await client.ask((client) => client.topics())
      const ours = there.filter(({ id }) => topics.some((topic) => topic.id === id)).map(({ name }) => name)
      await client.ask((client) => client.deleteTopics(ours))
    } catch (error) {
      console.warn(`kafka-testkit: what an earlier run left stays for now: ${(error as Error).message}`)
      return
    } finally {
      await client.close()
    }
  }
  forget()
}
