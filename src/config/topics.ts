import { topicNameError } from '../base/topic-name.ts'
import { checkOptions, type OptionKind, positive, record, text } from './options.ts'

/** A topic that is there before the application starts: by its name alone, or with what Kafka shall know of it. */
export type TopicConfig =
  | string
  | {
      name: string
      /** Default: as many as the cluster gives a topic when nobody says how many. */
      partitions?: number
      /** In Kafka's words: `{ 'cleanup.policy': 'compact' }`. */
      config?: Readonly<Record<string, string>>
    }

/** The same, always as an object. */
export type DeclaredTopic = Exclude<TopicConfig, string>

export const topicConfig: OptionKind = record({
  wanted: 'a string',
  holds: (value) => typeof value === 'string',
})

/**
 * The topics of a list, each as an object.
 *
 * @param where It stands, for a message: "kafka-testkit config.topics".
 * @throws TypeError for what is no topic, for a name that Kafka refuses, and for one that is there twice.
 */
export function resolveTopics(where: string, topics: readonly TopicConfig[] = []): DeclaredTopic[] {
  const resolved = topics.map((topic, index): DeclaredTopic => {
    const declared = typeof topic === 'string' ? { name: topic } : topic
    checkOptions(`${where}[${index}]`, declared, { name: text, partitions: positive, config: topicConfig })
    const problem = topicNameError(declared.name ?? '')
    if (problem !== undefined) throw new TypeError(`${where}[${index}]: ${problem}`)
    return declared
  })
  const names = resolved.map(({ name }) => name)
  const twice = names.find((name, index) => names.indexOf(name) !== index)
  if (twice !== undefined) throw new TypeError(`${where}: the topic ${twice} is there twice`)
  return resolved
}
