import { expect, test } from 'vitest'
import { runVitest } from '../support/project.ts'
import { createPerson, type Person } from './person.ts'
import { refusedPort, startBlackHole } from './sinks.ts'

const files = {
  'vitest.config.ts': `import kafka from 'kafka-testkit/vitest/config'
export default { plugins: [kafka()] }`,
  'a.test.ts': `import { expect, test } from 'kafka-testkit/vitest'
test('a record is received', async ({ kafka }) => {
  await kafka.topic('orders').produce({ value: 1 })
  await expect(kafka.topic('orders')).toReceiveRecord()
})`,
}

async function turnOn(person: Person, port: number): Promise<void> {
  const segment = ['--segment-write-key', 'writeKey', '--segment-host', `http://127.0.0.1:${port}`]
  await person.kafkaTestkit(['telemetry', 'on', ...segment, '--sentry-dsn', `http://key@127.0.0.1:${port}/1`])
}

/*
 * Who waits longer than the deadline waits until the test's own timeout here: a black hole never answers, and a process
 * whose connection is open doesn't end.
 */
test('a run and a command end as they would, when what listens never answers', async () => {
  using person = createPerson(files)
  await using hole = await startBlackHole()
  await turnOn(person, hole.port)

  const { exitCode, output } = await runVitest(person.project, [], person.env)
  expect({ exitCode, output }).toEqual({ exitCode: 0, output: expect.not.stringMatching(/telemetry|segment|abort/i) })
  await hole.gaveUp(1)

  const failed = await person.kafkaTestkit(['history', 'show', 'none-begins-so'])
  expect(failed).toEqual({ exitCode: 1, output: expect.stringMatching(/^kafka-testkit: there is no run .*\n$/) })
  await hole.gaveUp(3)
}, 100_000)

test('a run and a command end as they would, when nothing listens', async () => {
  using person = createPerson(files)
  await turnOn(person, await refusedPort())

  const { exitCode, output } = await runVitest(person.project, [], person.env)
  expect({ exitCode, output }).toEqual({ exitCode: 0, output: expect.not.stringMatching(/telemetry|segment|refused/i) })
  expect(await person.kafkaTestkit(['history', 'show', 'none-begins-so'])).toEqual({
    exitCode: 1,
    output: expect.stringMatching(/^kafka-testkit: there is no run .*\n$/),
  })
}, 100_000)
