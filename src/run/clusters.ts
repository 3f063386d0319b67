import type { ClusterLine, Line, TopicConfiguration } from './model.ts'

/** So many topics of a cluster are kept: evidence, not an archive. */
const TOPICS_KEPT = 200

/**
 * The clusters of a run, each once: what was known when it began, with what was learnt later, and what the shards of the
 * run learnt.
 */
export function clustersOf(lines: readonly Line[]): ClusterLine[] {
  const clusters = new Map<string, ClusterLine>()
  for (const line of lines) {
    if (line.type !== 'cluster') continue
    const key = clusterKey(line)
    const known = clusters.get(key)
    clusters.set(key, known === undefined ? line : together(known, line))
  }
  return [...clusters.values()]
}

/** What one cluster has from run to run, and no other has. */
export function clusterKey({ kind, environment, brokers, image, protocol, mechanism }: ClusterLine): string {
  return JSON.stringify([kind, environment, brokers, image, protocol, mechanism])
}

function together(known: ClusterLine, line: ClusterLine): ClusterLine {
  return {
    ...line,
    answer: line.answer ?? known.answer,
    problem: line.problem ?? (line.answer === null ? known.problem : null),
    ...listed([...known.topics, ...line.topics], known.moreTopics + line.moreTopics),
  }
}

/** Topics by name, each once; of very many the first. */
export function listed(topics: readonly TopicConfiguration[], more = 0): Pick<ClusterLine, 'topics' | 'moreTopics'> {
  const different = new Map(topics.map((topic) => [JSON.stringify(topic), topic]))
  const sorted = [...different.values()].sort((a, b) => (a.name < b.name ? -1 : a.name > b.name ? 1 : 0))
  const kept = sorted.slice(0, TOPICS_KEPT)
  return { topics: kept, moreTopics: more + sorted.length - kept.length }
}
