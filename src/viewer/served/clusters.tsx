import type { VNode } from 'preact'
import type { ClusterLine } from '../../run/model.ts'
import { ask } from '../data/api.ts'
import { useLoad } from '../data/load.ts'
import { projectPath } from '../data/stored-run.ts'
import { plural } from '../format.ts'
import { ClusterBody, nameOf } from '../parts/cluster.tsx'
import { EnvironmentMark } from '../parts/environment.tsx'
import { Time } from '../parts/time.tsx'
import { href } from '../route.ts'
import { Loaded } from './loaded.tsx'

/** A cluster as the endpoint tells it. */
interface MetCluster {
  cluster: ClusterLine
  runs: number
  firstSeen: number
  lastSeen: number
  lastRun: string
  answeredAt: number | null
  versions: { version: string; lastSeen: number }[]
}

/** What the runs of a project ran on: where, since when, in which versions, and whether it answered. */
export function ClustersPage({ project }: { project: string }): VNode {
  const clusters = useLoad(`clusters ${project}`, async (signal) => {
    return (await ask<{ clusters: MetCluster[] }>(`${projectPath(project)}/clusters`, { signal })).clusters
  })
  return (
    <>
      <div class="title">
        <h1>Clusters and environments</h1>
      </div>
      <Loaded of={clusters} what={`the clusters of ${project}`}>
        {(all) =>
          all.length === 0 ? (
            <div class="empty">
              <h2>No run has said yet what it ran on</h2>
              <p>Runs do so from this version of kafka-testkit on.</p>
            </div>
          ) : (
            all.map((met) => <Met key={JSON.stringify(met.cluster)} met={met} project={project} />)
          )
        }
      </Loaded>
    </>
  )
}

function Met({ met, project }: { met: MetCluster; project: string }): VNode {
  const { cluster, runs, firstSeen, lastSeen, lastRun, versions } = met
  const { environment, color } = cluster
  const all = href([project, 'runs'], { environment: environment ?? undefined }, [])
  return (
    <section class="card cluster" aria-label={nameOf(cluster)}>
      <h2>
        <bdi>{nameOf(cluster)}</bdi>
        {environment !== null && <EnvironmentMark name={environment} color={color} />}
      </h2>
      <dl class="facts plain">
        <div>
          <dt>Runs</dt>
          <dd>{environment === null ? plural(runs, 'run') : <a href={all}>{plural(runs, 'run')}</a>}</dd>
        </div>
        <div>
          <dt>Last seen</dt>
          <dd>
            <a href={href([], {}, [project, 'run', lastRun])}>
              <Time at={lastSeen} />
            </a>
          </dd>
        </div>
        <div>
          <dt>First seen</dt>
          <dd>
            <Time at={firstSeen} />
          </dd>
        </div>
        <div>
          <dt>Connection checked</dt>
          <dd>
            <Checked {...met} />
          </dd>
        </div>
        {versions.length > 0 && (
          <div>
            <dt>{cluster.kind === 'embedded' ? 'Versions of kafka-testkit' : 'Releases of Kafka, at least'}</dt>
            <dd>{versions.map(({ version }) => version).join(', ')}</dd>
          </div>
        )}
      </dl>
      <details>
        <summary>What the latest run knew of it</summary>
        <ClusterBody cluster={cluster} />
      </details>
    </section>
  )
}

/** How it is known that it could be reached. */
function Checked({ cluster, answeredAt, lastSeen }: MetCluster): VNode {
  if (cluster.kind === 'embedded') return <>not needed: it is in the process of the tests</>
  if (cluster.problem !== null)
    return (
      <>
        <span class="bad">did not answer</span> when the latest run ended: {cluster.problem}
        {answeredAt !== null && (
          <>
            . It last did <Time at={answeredAt} />
          </>
        )}
      </>
    )
  if (answeredAt === null) return <>not yet: it is asked when a run ends</>
  return answeredAt === lastSeen ? (
    <>it said what it is when the latest run ended</>
  ) : (
    <>
      it said what it is when a run of <Time at={answeredAt} /> ended
    </>
  )
}
