import { clusterKey } from '../run/clusters.ts'
import type { ClusterLine } from '../run/model.ts'
import type { Database } from './store/database.ts'

/** A cluster that runs of a project had, as the latest of them knew it. Times are milliseconds since the epoch. */
export interface MetCluster {
  cluster: ClusterLine
  runs: number
  firstSeen: number
  lastSeen: number
  /** The id of the latest run on it. */
  lastRun: string
  /** When it last said what it is, at the end of a run; null where it never did, or isn't asked (embedded). */
  answeredAt: number | null
  /** Kafka's releases that it had, as far as they are known, or versions of the embedded broker: the latest first. */
  versions: { version: string; lastSeen: number }[]
}

/** Of how many runs, the newest first, clusters are told. */
export const RUNS_LOOKED_AT = 1000

interface Row {
  id: string
  started_at: number
  clusters: string
}

/** What the latest runs of a project ran on, the cluster of the latest first. */
export async function clustersOfProject(database: Database, project: string): Promise<MetCluster[]> {
  const rows = await database.all<Row>(
    `SELECT id, started_at, clusters FROM runs WHERE project = $1 AND clusters IS NOT NULL
     ORDER BY started_at DESC, id DESC LIMIT $2`,
    [project, RUNS_LOOKED_AT],
  )
  const met = new Map<string, MetCluster>()
  for (const row of rows) {
    for (const cluster of JSON.parse(row.clusters) as ClusterLine[]) {
      const key = clusterKey(cluster)
      const known = met.get(key) ?? newlyMet(cluster, row)
      met.set(key, known)
      add(known, cluster, row.started_at)
    }
  }
  return [...met.values()]
}

function newlyMet(cluster: ClusterLine, { id, started_at: at }: Row): MetCluster {
  return { cluster, runs: 0, firstSeen: at, lastSeen: at, lastRun: id, answeredAt: null, versions: [] }
}

/** A run that began no later than those before it. */
function add(met: MetCluster, { answer, broker }: ClusterLine, at: number): void {
  met.runs += 1
  met.firstSeen = at
  if (answer !== null && met.answeredAt === null) {
    met.answeredAt = at
    met.cluster = { ...met.cluster, answer }
  }
  const version = answer?.version ?? broker?.version
  if (version !== undefined && !met.versions.some((one) => one.version === version)) {
    met.versions.push({ version, lastSeen: at })
  }
}
