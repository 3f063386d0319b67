/** @kafka-testkit {"topics": ["declared-orders", {"name": "declared-prices", "partitions": 3}], "broker": {"partitions": 2}} */
import { kafka } from 'kafka-testkit/jest'

test('the topics that a file declares are there', async () => {
  const admin = await kafka.admin()
  const { topics } = await admin.fetchTopicMetadata()
  const partitions = topics.map((topic) => [topic.name, topic.partitions.length])
  expect(Object.fromEntries(partitions)).toEqual({ 'declared-orders': 2, 'declared-prices': 3 })
})
