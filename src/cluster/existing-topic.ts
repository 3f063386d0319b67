import type { CreateTopicOptions, TopicDescription } from './cluster.ts'

/**
 * What is said of a topic that is there already, undefined where it may be used as it is.
 *
 * @param said What Kafka says of it.
 */
export function problemWithExisting(
  { name, partitions }: TopicDescription,
  wanted: CreateTopicOptions,
  said: string,
): Error | undefined {
  if (wanted.ifExists !== 'use') {
    return new Error(
      `Topic ${name} can't be created: ${said} To take it as it is: createTopic('${name}', { ifExists: 'use' }); without a name createTopic() makes one of the test's own`,
    )
  }
  if (wanted.partitions === undefined || wanted.partitions === partitions) return undefined
  const there = partitions === 1 ? '1 partition' : `${partitions} partitions`
  return new Error(
    `Topic ${name} is there with ${there}, ${wanted.partitions} are wanted: delete it, or leave out partitions`,
  )
}
