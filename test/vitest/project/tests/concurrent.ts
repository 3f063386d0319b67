import { expect, test } from 'kafka-testkit/vitest'

for (const name of ['a', 'b', 'c', 'd']) {
  test.concurrent(`concurrent test ${name} holds its own topics`, async ({ kafka }) => {
    const topic = await kafka.createTopic()
    await topic.produce({ key: name, value: { name } })
    await expect(topic).toReceiveRecord({ key: name, value: { name } })
    await expect(topic).toReceiveRecordCount(1)
  })
}

test.concurrent('fails: a concurrent test fails under its own name', async ({ kafka }) => {
  const topic = await kafka.createTopic('concurrent-failure')
  await topic.produce({ value: 'other' })
  await expect(topic).toReceiveRecord({ value: 'wanted' }, { timeout: 100 })
})
