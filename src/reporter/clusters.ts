import { after } from '../base/clock.ts'
import { inTime } from '../base/in-time.ts'
import { packageVersion } from '../base/package.ts'
import { strictness } from '../broker/strict.ts'
import { askCluster } from '../cluster/answer.ts'
import { runningClusters } from '../cluster/run-cluster.ts'
import type { ClusterAddress, ResolvedCluster } from '../config/cluster.ts'
import type { ResolvedConfig } from '../config/config.ts'
import type { SaslConfig } from '../config/security.ts'
import { clustersOf, listed } from '../run/clusters.ts'
import type { ClusterLine, Line, TopicConfiguration } from '../run/model.ts'
import type { TopicsLine } from '../run/recorder.ts'

/** Milliseconds that a real cluster has for each question at the end of a run, and for all of them. */
const QUESTION = 2000
const ALL = 4000

/**
 * What is known of the clusters of a run. A config holds secrets, so each field is taken by its name, and each that may be
 * written with a user in front of an @ is cut there.
 */
export class RunClusters {
  readonly #config: ResolvedConfig
  /** The names of topics that the tests touched. */
  readonly #touched = new Set<string>()

  constructor(config: ResolvedConfig) {
    this.#config = config
  }

  /** What is known before anything ran. */
  begun(): ClusterLine {
    return this.#own()
  }

  /** Tests have ended that did this. */
  note(lines: readonly Line[]): void {
    for (const line of lines) {
      const topic = topicOf(line)
      if (topic !== undefined) this.#touched.add(topic)
    }
  }

  /** What is known at the end, where each real cluster is asked; `passing` is what the workers left of topics. */
  async ended(passing: readonly TopicsLine[]): Promise<ClusterLine[]> {
    const { cluster } = this.#config
    const running = await runningClusters()
    const isOwn = (one: ResolvedCluster): boolean => JSON.stringify(one) === JSON.stringify(cluster)
    const asked = running.map(async (one) => {
      const line = isOwn(one.cluster) ? this.#own() : clusterLine(one.cluster, this.#config)
      return this.#asked(line, one.at, topicsAt(passing, line.kind, one.at.brokers))
    })
    const lines = await Promise.all(asked)
    const embedded = topicsAt(passing, 'embedded', [])
    // Of several projects of a runner some may run on the embedded broker and others not.
    if (cluster.kind === 'embedded') lines.push({ ...this.#own(), ...listed(embedded) })
    else if (embedded.length > 0) {
      lines.push({ ...clusterLine({ kind: 'embedded', prefix: '' }, this.#config), ...listed(embedded) })
    }
    if (cluster.kind !== 'embedded' && !running.some((one) => isOwn(one.cluster))) {
      lines.push({ ...this.#own(), problem: 'it was not started' })
    }
    return clustersOf(lines)
  }

  #own(): ClusterLine {
    const { cluster, environment, color } = this.#config
    return { ...clusterLine(cluster, this.#config), environment, color }
  }

  async #asked(line: ClusterLine, at: ClusterAddress, passing: readonly TopicConfiguration[]): Promise<ClusterLine> {
    const gone = new Set(passing.map(({ name }) => name))
    try {
      const names = [...this.#touched].filter((name) => !gone.has(name))
      const late = (): Error => new Error(`it did not answer within ${ALL} ms`)
      const { topics, ...answer } = await inTime(askCluster(at, names, QUESTION), after(ALL), late)
      const nodes = answer.nodes.map(({ id, address }) => ({ id, address: withoutUser(address) }))
      return { ...line, answer: { ...answer, nodes }, ...listed([...passing, ...topics]) }
    } catch (error) {
      return { ...line, problem: withoutUsers((error as Error).message), ...listed(passing) }
    }
  }
}

/** A cluster as its config has it, of a field each what may be known by anybody. */
function clusterLine(cluster: ResolvedCluster, { broker }: Pick<ResolvedConfig, 'broker'>): ClusterLine {
  const unknown = { environment: null, color: null, answer: null, problem: null, topics: [], moreTopics: 0 }
  const plain = {
    brokers: [],
    image: null,
    protocol: 'PLAINTEXT',
    mechanism: null,
    client: null,
    broker: null,
  } as const
  const line = { type: 'cluster', ...unknown, ...plain, brokers: [], topics: [] } satisfies Partial<ClusterLine>
  switch (cluster.kind) {
    case 'embedded': {
      const { scope, partitions, autoCreateTopics } = broker
      const strict = Object.entries(strictness(broker.strict)).flatMap(([name, isOn]) => (isOn ? [name] : []))
      const options = { version: packageVersion, scope, partitions, autoCreateTopics, strict }
      return { ...line, kind: 'embedded', broker: options }
    }
    case 'testcontainers': {
      const { image, tag, saslSsl, prefix } = cluster
      return {
        ...line,
        kind: 'testcontainers',
        image: `${image}:${tag}`.replace(/^.*@(?!sha256)/, ''),
        protocol: saslSsl === null ? 'PLAINTEXT' : 'SASL_SSL',
        mechanism: saslSsl === null ? null : mechanismOf(saslSsl),
        client: clientOf(saslSsl === null ? false : { ca: saslSsl.ca, servername: saslSsl.servername }, prefix, true),
      }
    }
    case 'external': {
      const { brokers, ssl, sasl, prefix, cleanUp } = cluster
      return {
        ...line,
        kind: 'external',
        brokers: brokers.map(withoutUser),
        protocol: ssl ? (sasl ? 'SASL_SSL' : 'SSL') : sasl ? 'SASL_PLAINTEXT' : 'PLAINTEXT',
        mechanism: sasl === false ? null : mechanismOf(sasl),
        client: clientOf(ssl, prefix, cleanUp),
      }
    }
  }
}

function clientOf(ssl: ClusterAddress['ssl'], prefix: string, cleanUp: boolean): ClusterLine['client'] {
  const { ca, cert, servername, rejectUnauthorized } = typeof ssl === 'object' ? ssl : {}
  return {
    prefix,
    cleanUp,
    servername: servername !== undefined && /^[\w.-]{1,253}$/.test(servername) ? servername : null,
    verified: ssl !== false && rejectUnauthorized !== false,
    ownAuthority: ca !== undefined,
    ownCertificate: cert !== undefined,
  }
}

const mechanisms = {
  plain: 'PLAIN',
  'scram-sha-256': 'SCRAM-SHA-256',
  'scram-sha-512': 'SCRAM-SHA-512',
  aws: 'AWS',
  oauthbearer: 'OAUTHBEARER',
} as const satisfies Record<SaslConfig['mechanism'], ClusterLine['mechanism']>

function mechanismOf({ mechanism }: { mechanism: SaslConfig['mechanism'] }): ClusterLine['mechanism'] {
  return mechanisms[mechanism]
}

function topicOf(line: Line): string | undefined {
  if (line.type === 'task') return line.topic === '*' ? undefined : line.topic
  if (line.type === 'event') return line.topic ?? undefined
  if (line.type === 'check') return /^topic (\S+)$/.exec(line.subject)?.[1]
  return line.type === 'record' ? line.topic : undefined
}

function topicsAt(
  passing: readonly TopicsLine[],
  kind: ClusterLine['kind'],
  brokers: readonly string[],
): TopicConfiguration[] {
  const here = passing.filter((line) => line.kind === kind && line.brokers.join() === brokers.join())
  return here.flatMap(({ topics }) => topics)
}

/** `user:password@host:9092` is no address, and yet it may be written so. */
function withoutUser(address: string): string {
  return address.slice(address.lastIndexOf('@') + 1)
}

function withoutUsers(text: string): string {
  return text.replaceAll(/[^\s,]+@(?=[^\s,@]+:\d)/g, '')
}
