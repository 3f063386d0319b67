/** What Kafka makes of a name that stands twice in a request: some APIs refuse it, others keep the last of each in a map. */

/** The keys that stand there more than once. */
export function repeated<Key>(keys: readonly Key[]): ReadonlySet<Key> {
  return new Set(keys.filter((key, index) => keys.indexOf(key) !== index))
}

/** The last of each key, where the first of it stood. */
export function lastOfEach<Item>(items: readonly Item[], keyOf: (item: Item) => unknown): readonly Item[] {
  if (items.length < 2) return items
  return [...new Map(items.map((item) => [keyOf(item), item])).values()]
}

/** Each topic once, with the partitions of all its mentions. */
export function mergeTopics<Topic extends { partitions: unknown[] }>(
  topics: readonly Topic[],
  keyOf: (topic: Topic) => string,
): Topic[] {
  const merged = new Map<string, Topic>()
  for (const topic of topics) {
    const { partitions = [] } = merged.get(keyOf(topic)) ?? {}
    merged.set(keyOf(topic), { ...topic, partitions: [...partitions, ...topic.partitions] })
  }
  return [...merged.values()]
}
