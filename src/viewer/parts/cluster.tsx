import type { VNode } from 'preact'
import { clusterText, versionText } from '../../run/cluster-text.ts'
import type { ClusterLine, TopicConfiguration } from '../../run/model.ts'
import { number, plural } from '../format.ts'
import { EnvironmentMark } from './environment.tsx'

interface CardsProps {
  clusters: readonly ClusterLine[]
  /** Whether the run has ended: before, a real cluster was not asked yet. */
  isOver: boolean
}

/** The clusters that the tests of a run ran on, each on a line that opens. */
export function ClusterCards({ clusters, isOver }: CardsProps): VNode {
  return (
    <>
      {clusters.map((cluster) => (
        <details key={clusterText(cluster)} class="card fields cluster">
          <summary>
            <h2>Cluster</h2>
            <bdi class="gist">{nameOf(cluster)}</bdi>
            {cluster.environment !== null && <EnvironmentMark name={cluster.environment} color={cluster.color} />}
            {cluster.problem !== null && <span class="bad">did not answer</span>}
            <span class="side">{plural(cluster.topics.length + cluster.moreTopics, 'topic')}</span>
          </summary>
          {cluster.problem !== null && (
            <p class="note warn">What it is was not learnt when the tests were through: {cluster.problem}</p>
          )}
          {cluster.problem === null && cluster.answer === null && cluster.kind !== 'embedded' && (
            <p class="note">
              {isOver ? 'It was not asked what it is.' : 'It is asked what it is when the tests are through.'}
            </p>
          )}
          <ClusterBody cluster={cluster} />
        </details>
      ))}
    </>
  )
}

/** All that is known of a cluster. */
export function ClusterBody({ cluster }: { cluster: ClusterLine }): VNode {
  return (
    <>
      <dl class="facts plain">
        {factsOf(cluster).map(([label, text]) => (
          <div key={label}>
            <dt>{label}</dt>
            <dd>
              <bdi>{text}</bdi>
            </dd>
          </div>
        ))}
      </dl>
      {cluster.topics.length > 0 && <Topics {...cluster} />}
    </>
  )
}

/** What it is, as shortly as can be. */
export function nameOf({ kind, broker, image, brokers }: ClusterLine): string {
  if (broker !== null) return broker.strict.length > 0 ? 'embedded broker, strict' : 'embedded broker'
  const [one = kind, ...others] = brokers
  return image ?? (others.length === 0 ? one : `${one} and ${number(others.length)} more`)
}

/** All that is known of it beside its topics. */
function factsOf(cluster: ClusterLine): [label: string, text: string][] {
  const { kind, brokers, image, protocol, mechanism, client, broker, answer } = cluster
  const facts: [string, string | null][] = [
    ['Kind', kind],
    ['Image', image],
    ['Brokers', brokers.length === 0 ? null : brokers.join('\n')],
    ['Connected by', client === null ? null : mechanism === null ? protocol : `${protocol}, ${mechanism}`],
  ]
  if (client !== null) {
    const { prefix, cleanUp, servername, verified, ownAuthority, ownCertificate } = client
    const isTls = protocol.endsWith('SSL')
    const authority = ownAuthority ? 'by an authority of the config' : 'by those that Node trusts'
    facts.push(
      ['Certificates', isTls ? (verified ? `checked, ${authority}` : 'not checked') : null],
      ['Name in the certificate', servername],
      ['Certificate of the client', ownCertificate ? 'of the config' : null],
      ['Names begin with', prefix === '' ? null : prefix],
      ['What tests leave', cleanUp ? 'is deleted at the end of the run' : 'stays'],
    )
  }
  if (broker !== null) {
    const { version, scope, partitions, autoCreateTopics, strict } = broker
    facts.push(
      ['Broker of kafka-testkit', version],
      ['One of its own', `each ${scope}`],
      ['Partitions of a new topic', number(partitions)],
      ['Topics', autoCreateTopics ? 'come to be when they are first used' : 'have to be created'],
      ['As Kafka in', strict.length === 0 ? null : strict.join(', ')],
    )
  }
  if (answer !== null) {
    facts.push(
      ['Release', versionText(answer)],
      ['Cluster id', answer.clusterId],
      ['Nodes', answer.nodes.map(({ id, address }) => `${id}: ${address}`).join('\n')],
      ['Features', answer.features.map(({ name, level }) => `${name} ${level}`).join('\n') || null],
    )
  }
  return facts.filter((fact): fact is [string, string] => fact[1] !== null)
}

function Topics({ topics, moreTopics }: { topics: readonly TopicConfiguration[]; moreTopics: number }): VNode {
  return (
    <>
      <table class="sheet">
        <thead>
          <tr>
            <th scope="col">Topic</th>
            <th scope="col">Partitions</th>
            <th scope="col">Set for it</th>
          </tr>
        </thead>
        <tbody>
          {topics.map(({ name, partitions, configs }, index) => (
            <tr key={`${name} ${index}`}>
              <td>
                <bdi>{name}</bdi>
              </td>
              <td>{plural(partitions, 'partition')}</td>
              <td>{configs.map((config) => `${config.name}=${config.value}`).join(', ')}</td>
            </tr>
          ))}
        </tbody>
      </table>
      {moreTopics > 0 && <p class="note">{plural(moreTopics, 'topic')} more are not listed.</p>}
    </>
  )
}
