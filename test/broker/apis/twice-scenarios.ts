import { batch, type Conversation } from './scenarios.ts'

const SEGMENT = { name: 'segment.ms', configOperation: 0, value: '7' }

/** A name that stands twice in a request. */
export const twiceScenarios: Readonly<Record<string, (on: Conversation) => Promise<unknown>>> = {
  'ListOffsets of a partition twice, and by an unknown isolation level': async (on) => {
    await on.createTopic('a', {}, 2)
    const ask = async (topics: { name: string; partitions: number[] }[], version = 9, isolationLevel = 0) => {
      const answer = await on.client.request('ListOffsets', version, {
        replicaId: -1,
        topics: topics.map(({ name, partitions }) => ({
          name: on.name(name),
          partitions: partitions.map((partitionIndex) => ({ partitionIndex, timestamp: -1 })),
        })),
        ...(version >= 2 && { isolationLevel }),
      })
      return answer.topics.map((topic) => ({
        ...topic,
        partitions: topic.partitions.sort((one, other) => one.partitionIndex - other.partitionIndex),
      }))
    }
    return [
      await ask([{ name: 'a', partitions: [0, 0, 1] }]),
      await ask([{ name: 'a', partitions: [0, 0] }], 1),
      await ask([{ name: 'a', partitions: [7, 7] }]),
      await ask([
        { name: 'a', partitions: [0] },
        { name: 'a', partitions: [0, 1] },
      ]),
      await ask([{ name: 'a', partitions: [0] }], 9, 2),
    ]
  },

  'Fetch and Produce of a partition twice, and Fetch by an unknown isolation level': async (on) => {
    await on.createTopic('a')
    await on.produce('a', batch(['x']))
    const records = batch(['y'])
    const produced = await on.client.request('Produce', 9, {
      acks: -1,
      timeoutMs: 5000,
      topicData: [
        {
          name: on.name('a'),
          partitionData: [
            { index: 0, records },
            { index: 0, records: Buffer.from(records) },
          ],
        },
      ],
    })
    const partition = { partition: 0, fetchOffset: 2, partitionMaxBytes: 1_000_000, currentLeaderEpoch: -1 }
    const fetched = await on.client.request('Fetch', 12, {
      maxWaitMs: 0,
      minBytes: 1,
      maxBytes: 1_000_000,
      topics: [{ topic: on.name('a'), partitions: [{ ...partition, fetchOffset: 0 }, partition] }],
    })
    return [
      produced.responses,
      fetched.responses.map(({ partitions }) => partitions.map(({ records: _, ...one }) => one)),
      await on.fetch('a', 0, { isolationLevel: 2 }),
    ]
  },

  'topics twice: CreatePartitions, DeleteTopics, DeleteRecords, Metadata, DescribeLogDirs': async (on) => {
    await on.createTopic('a', {}, 2)
    await on.produce('a', batch(['x', 'y']))
    const name = on.name('a')
    const unknown = { name: on.name('not-there') }
    const grown = await on.client.request('CreatePartitions', 3, {
      topics: [
        { name, count: 3, assignments: null },
        { name, count: 4, assignments: null },
        { ...unknown, count: 2, assignments: null },
      ],
      timeoutMs: 5000,
      validateOnly: true,
    })
    const emptied = await on.client.request('DeleteRecords', 2, {
      topics: [
        { name, partitions: [1, 2].map((offset) => ({ partitionIndex: 0, offset })) },
        { name, partitions: [{ partitionIndex: 1, offset: 0 }] },
      ],
      timeoutMs: 5000,
    })
    const { topics } = await on.client.request('Metadata', 9, {
      topics: [{ name }, { name }, unknown, unknown],
      allowAutoTopicCreation: false,
    })
    const { results } = await on.client.request('DescribeLogDirs', 2, {
      topics: [
        { topic: name, partitions: [0, 0] },
        { topic: name, partitions: [1] },
      ],
    })
    const deleted = await on.client.request('DeleteTopics', 6, {
      topics: [{ name }, { name }, unknown],
      timeoutMs: 5000,
    })
    const stillThere = await on.client.request('Metadata', 9, { topics: [{ name }], allowAutoTopicCreation: false })
    return [
      grown.results,
      emptied.topics.map(({ partitions }) => partitions.sort((a, b) => a.partitionIndex - b.partitionIndex)),
      topics.map((topic) => [topic.name, topic.errorCode]).sort(),
      results.map((dir) => dir.topics.map(({ partitions }) => partitions.map((one) => one.partitionIndex).sort())),
      // Kafka answers in the order of a hash map.
      deleted.responses.sort((a, b) => a.errorCode - b.errorCode),
      stillThere.topics[0]!.errorCode,
    ]
  },

  'resources and configs twice: IncrementalAlterConfigs, AlterConfigs': async (on) => {
    await on.createTopic('a')
    const resource = (name: string) => ({ resourceType: 2, resourceName: on.name(name), configs: [SEGMENT] })
    const incremental = await on.client.request('IncrementalAlterConfigs', 1, {
      resources: [resource('a'), resource('a'), resource('not-there'), resource('neither'), resource('neither')],
    })
    const { resourceType, resourceName } = resource('a')
    const configs = [SEGMENT, SEGMENT].map(({ name, value }) => ({ name, value }))
    const replaced = await on.client.request('AlterConfigs', 1, {
      resources: [{ resourceType, resourceName, configs }],
    })
    return [incremental.responses.sort((a, b) => (a.resourceName < b.resourceName ? -1 : 1)), replaced.responses]
  },

  'DeleteGroups of a group twice': async (on) => {
    const groupsNames = [on.name('g'), on.name('g')]
    for (;;) {
      const { results } = await on.client.request('DeleteGroups', 2, { groupsNames })
      // A real broker loads its coordinator first.
      if (results.every(({ errorCode }) => ![14, 15, 16].includes(errorCode))) return results
    }
  },
}
