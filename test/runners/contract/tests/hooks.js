import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, kafka, test } from '../runner.js'

describe('hooks', () => {
  beforeAll(async () => {
    await kafka.createTopic('seeded', { partitions: 2 })
    await kafka.topic('seeded').produce({ key: 'seed', value: 1 })
  })
  beforeEach(async () => {
    await kafka.topic('seeded').produce({ key: 'each', value: 2 })
  })
  afterEach(async () => {
    await expect(kafka.topic('seeded')).toReceiveRecord({ key: 'each' })
  })
  afterAll(async () => {
    expect(await kafka.topic('seeded').records({ from: 'beginning' })).toHaveLength(3)
  })

  test('what a beforeAll hook produced is of before the test', async () => {
    await expect(kafka.topic('seeded')).not.toReceiveRecord({ key: 'seed' })
    await expect(kafka.topic('seeded')).toReceiveRecord({ key: 'seed' }, { from: 'beginning' })
  })
  test('what a beforeEach hook produced is of the test', async () => {
    await expect(kafka.topic('seeded')).toReceiveRecord({ key: 'each', value: 2 })
  })
})
