import { kafka } from 'kafka-testkit/jest'

jest.retryTimes(1)

// Two tests of one name: each has what it did.
for (const name of ['twin', 'twin']) {
  const topic = `twin-${Math.random()}`
  let tries = 0
  test(name, async () => {
    tries += 1
    await kafka.topic(topic).produce({ value: tries })
    await expect(kafka.topic(topic)).toReceiveRecord({ value: 2 }, { timeout: 20 })
  })
}

test.failing('a test that has to fail', async () => {
  await expect(kafka.topic('never')).toReceiveRecord({}, { timeout: 10 })
})

test('a callback', (done) => {
  kafka
    .topic('callback')
    .produce({ value: 1 })
    .then(() => done(), done)
})

test('.resolves and .rejects', async () => {
  await expect(kafka.createTopic('resolved')).resolves.toReceiveRecordCount(0)
  await expect(kafka.topic('resolved').receive({}, { timeout: 10 })).rejects.toThrow('no record')
})

test.concurrent('a concurrent test with a hook', async () => {
  await kafka.topic('concurrent').produce({ value: 1 })
})

test.todo('a test to be')

describe('a hook that takes nearly as long as a test may', () => {
  beforeEach(() => new Promise((resolve) => setTimeout(resolve, 1400)))

  test('leaves the test all of its time', async () => {
    const received = expect(kafka.topic('after-hook')).toReceiveRecord()
    await kafka.topic('after-hook').produce({ value: 1 })
    await received
  }, 1500)
})

describe('a hook that fails', () => {
  beforeEach(async () => {
    await kafka.topic('hook').produce({ value: 1 })
    throw new Error('the hook failed')
  })
  test('fails: its test fails', () => {})
})
