import { expect, kafka, test } from '../runner.js'

// Each fails in one line, which ends in `// here`: its error has to point there.
const brief = { timeout: 20 }

test('fails: a matcher on a topic shows its line', async () => {
  await expect(kafka.topic('stacks-none')).toReceiveRecord({ key: 'never' }, brief) // here
})

test('fails: a matcher on a topic, negated, shows its line', async () => {
  const topic = kafka.topic('stacks-not')
  await topic.produce({ key: 'there', value: 1 })
  await expect(topic).not.toReceiveRecord({ key: 'there' }) // here
})

test('fails: a matcher on a group shows its line', async () => {
  await expect(kafka.group('stacks-group')).toHaveMembers(1, brief) // here
})

test('fails: a matcher on a record shows its line', async () => {
  await kafka.topic('stacks-record').produce({ key: 'there', value: 1 })
  const record = await kafka.topic('stacks-record').receive()
  expect(record).toMatchRecord({ key: 'another' }) // here
})

test('fails: a wrong subject shows its line', async () => {
  await expect('orders').toReceiveRecord() // here
})

test('fails: a wrong option of a matcher shows its line', async () => {
  await expect(kafka.topic('stacks-option')).toReceiveRecord({}, { timeot: 5 }) // here
})

test('fails: a record that does not come shows its line', async () => {
  await kafka.topic('stacks-receive').receive({ key: 'never' }, brief) // here
})

test('fails: records that do not come show its line', async () => {
  await kafka.topic('stacks-consume').consume({ take: 2, timeout: 20 }) // here
})

test('fails: a record that can not be produced shows its line', async () => {
  await kafka.topic('stacks-produce').produce({ key: 'a', valeu: 1 }) // here
})

test('fails: a record for a partition that is not there shows its line', async () => {
  await kafka.topic('stacks-partition').produce({ key: 'a', value: 1, partition: 7 }) // here
})

test('fails: a topic that is there already shows its line', async () => {
  await kafka.createTopic('stacks-topic')
  await kafka.createTopic('stacks-topic') // here
})

test('fails: a wrong option of settled shows its line', async () => {
  await kafka.settled({ quite: 5 }) // here
})

test('fails: a helper shows its own line', async () => {
  const helper = async () => {
    await Promise.resolve()
    await kafka.topic('stacks-helper').receive({ key: 'never' }, brief) // here
  }
  await helper()
})

test('fails: a matcher that is not awaited shows its line', async () => {
  await kafka.topic('stacks-forgotten').produce({ value: 'there' })
  expect(kafka.topic('stacks-forgotten')).toReceiveRecord({ value: 'there' }) // here
  await kafka.settled()
})

test('fails: a task that is not awaited shows its line', async () => {
  const topic = kafka.topic('stacks-running')
  topic.receive({ value: 'never' }, { timeout: 10_000 }).catch(() => {}) // here
})
