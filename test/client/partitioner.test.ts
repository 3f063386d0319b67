import { Partitioners } from 'kafkajs'
import { expect, test } from 'vitest'
import { createPartitioner, murmur2 } from '../../src/client/partitioner.ts'

/** Of Apache Kafka's own tests (org.apache.kafka.common.utils.UtilsTest#testMurmur2). */
test.each([
  ['21', -973932308],
  ['foobar', -790332482],
  ['a-little-bit-long-string', -985981536],
  ['a-little-bit-longer-string', -1486304829],
  ['lkjh234lh9fiuh90y23oiuhsafujhadof229phr9h19h89h8', -58897971],
  ['abc', 479470107],
])('murmur2 of %s is what Java says', (text, hash) => {
  expect(murmur2(Buffer.from(text))).toBe(hash)
})

test('a record with a key goes where kafkajs would send it', () => {
  const choose = createPartitioner()
  const kafkajs = Partitioners.DefaultPartitioner()
  for (let count = 0; count < 2000; count += 1) {
    const key = Buffer.from('é-order-'.repeat(3).slice(0, count % 24) + String(count))
    const partitions = (count % 17) + 1
    const partitionMetadata = Array.from({ length: partitions }, (_, partitionId) => ({
      partitionId,
      leader: 1,
      partitionErrorCode: 0,
      replicas: [],
      isr: [],
    }))
    const theirs = kafkajs({ topic: 'orders', partitionMetadata, message: { key, value: null } })
    expect(choose('orders', partitions, key)).toBe(theirs)
  }
})

test('records without a key take turns, in each topic by itself', () => {
  const choose = createPartitioner()
  const first = choose('orders', 3, null)
  choose('payments', 3, null)
  expect([choose('orders', 3, null), choose('orders', 3, null)]).toEqual([(first + 1) % 3, (first + 2) % 3])
})
