import { concurrent, expect } from '../runner.js'

for (const name of ['a', 'b', 'c', 'd']) {
  concurrent(`concurrent test ${name} holds its own topics`, async (kafka) => {
    const topic = await kafka.createTopic()
    expect(topic.name).toMatch(new RegExp(`^concurrent-test-${name}-`))
    await topic.produce({ key: name, value: { name } })
    await expect(topic).toReceiveRecord({ key: name, value: { name } })
    await expect(topic).toReceiveRecordCount(1)
  })
}

concurrent('fails: a concurrent test fails under its own name', async (kafka) => {
  const topic = await kafka.createTopic('concurrent-failure')
  await topic.produce({ value: 'other' })
  await expect(topic).toReceiveRecord({ value: 'wanted' }, { timeout: 100 })
})

concurrent('fails: a concurrent test tells what its application did before it looked', async (kafka) => {
  const producer = await kafka.producer({ allowAutoTopicCreation: true })
  await producer.send({ topic: 'concurrent-application', messages: [{ key: 'a', value: 'other' }] })
  await expect(kafka.topic('concurrent-application')).toReceiveRecord({ value: 'wanted' }, { timeout: 100 })
})
