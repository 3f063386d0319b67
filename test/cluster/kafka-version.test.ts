import { expect, test } from 'vitest'
import { kafkaVersion } from '../../src/cluster/kafka-version.ts'

const FETCH = 1

test.each([
  ['Kafka 4.4 as it starts', 33, 18, '4.4', 'metadata.version 33'],
  ['Kafka 4.1', 27, 18, '4.1', 'metadata.version 27'],
  ['software of 4.1 whose metadata version stayed', 21, 18, '4.1', 'Fetch 18'],
  ['one that comes after those known here', 99, 30, '4.4', 'metadata.version 99'],
  ['with ZooKeeper, which finalizes nothing', undefined, 12, '2.7', 'Fetch 12'],
  ['what is older than any of these', undefined, 3, null, null],
])('%s', (_, level, fetch, version, versionBy) => {
  const features = level === undefined ? [] : [{ name: 'metadata.version', level }]
  expect(kafkaVersion({ apis: new Map([[FETCH, fetch]]), features })).toEqual({ version, versionBy })
})
