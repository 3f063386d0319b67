import type { ClusterLine } from './model.ts'

/** A cluster on one line: what it is, how it is reached, what it said. */
export function clusterText(line: ClusterLine): string {
  const { kind, environment, brokers, image, protocol, mechanism, broker, answer, problem, topics, moreTopics } = line
  const switches = broker === null || broker.strict.length === 0 ? null : `strict: ${broker.strict.join(', ')}`
  const isReal = kind !== 'embedded'
  return [
    broker === null ? kind : `embedded, the broker of kafka-testkit ${broker.version}`,
    switches,
    environment === null ? null : `environment ${environment}`,
    image ?? (brokers.length > 0 ? brokers.join(' ') : null),
    isReal ? `${protocol}${mechanism === null ? '' : ` by ${mechanism}`}` : null,
    answer === null ? null : [versionText(answer), counted(answer.nodes.length, 'broker')].join(', '),
    counted(topics.length + moreTopics, 'topic'),
    problem === null ? null : `what it is wasn't learnt: ${problem}`,
  ]
    .filter((part) => part !== null)
    .join(', ')
}

/** Whether there is more to say of it than that it was the embedded broker, as it is when nobody says otherwise. */
export function isNotable({ kind, environment, broker }: ClusterLine): boolean {
  return kind !== 'embedded' || environment !== null || broker?.strict.length !== 0
}

/** Kafka's release, which is the least that it can be. */
export function versionText({ version, versionBy }: NonNullable<ClusterLine['answer']>): string {
  return version === null ? 'Kafka of a release that is not known' : `Kafka ${version} or later (${versionBy})`
}

function counted(count: number, one: string): string {
  return `${count} ${count === 1 ? one : `${one}s`}`
}
