// A line before it does no harm.
/**
 * @kafka-testkit {"topics": ["declared-orders", {"name": "declared-prices", "partitions": 3}], "broker": {"autoCreateTopics": false}}
 */
import { expect, test } from 'kafka-testkit/vitest'

test('the topics that a file declares are there, and no others', async ({ kafka }) => {
  const admin = await kafka.admin()
  const { topics } = await admin.fetchTopicMetadata({ topics: ['declared-orders', 'declared-prices'] })
  const partitions = topics.map((topic) => [topic.name, topic.partitions.length])
  expect(Object.fromEntries(partitions)).toEqual({ 'declared-orders': 1, 'declared-prices': 3 })
  expect((await admin.listTopics()).sort()).toEqual(['declared-orders', 'declared-prices'])
})
