import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { createJestProject, runJest } from '../support/jest.ts'
import { createProject, type ProjectFolder, type RunnerResult, runVitest } from '../support/project.ts'
import { findCanaries, plant } from './canaries.ts'
import { createPerson, type Person } from './person.ts'
import { refusedPort, startBlackHole, startSink } from './sinks.ts'

const words = plant(['file', 'test', 'topic', 'value', 'header', 'console'])

function testFile(imports: string): string {
  return `${imports}
test('${words.test}', async () => {
  console.log('${words.console}')
  await kafka.topic('${words.topic}').produce({ value: '${words.value}', headers: { '${words.header}': '1' } })
  await expect(kafka.topic('${words.topic}')).toReceiveRecord({ value: '${words.value}' })
})`
}
const vitest = {
  'vitest.config.ts': `import kafka from 'kafka-testkit/vitest/config'
export default { plugins: [kafka()] }`,
  [`${words.file}.test.ts`]: testFile("import { expect, kafka, test } from 'kafka-testkit/vitest'"),
}
const jest = {
  'jest.config.js': "module.exports = { preset: 'kafka-testkit', transform: {} }",
  [`${words.file}.test.js`]: testFile("const { kafka } = require('kafka-testkit/jest')"),
}

interface Runner {
  name: 'vitest' | 'jest'
  major: number
  create(): { project: ProjectFolder; run(env: Record<string, string>): Promise<RunnerResult> }
}
const runners = [
  ...([4, 5] as const).map((version) => ({
    name: 'vitest',
    major: version,
    create() {
      const project = createProject(version, vitest)
      return { project, run: (env: Record<string, string>) => runVitest(project, [], env) }
    },
  })),
  ...([29, 30] as const).map((version) => ({
    name: 'jest',
    major: version,
    create() {
      const project = createJestProject(version, jest)
      return { project, run: (env: Record<string, string>) => runJest(project, [], env) }
    },
  })),
] as Runner[]

describe.each(runners)('$name $major', ({ name, major, create }) => {
  let person: Person
  let run: (env: Record<string, string>) => Promise<RunnerResult>
  beforeEach(() => {
    const made = create()
    person = createPerson(made.project)
    run = made.run
  })
  afterEach(() => person[Symbol.dispose]())

  async function turnOn(port: number): Promise<void> {
    const segment = ['--segment-write-key', 'writeKey', '--segment-host', `http://127.0.0.1:${port}`]
    await person.kafkaTestkit(['telemetry', 'on', ...segment, '--sentry-dsn', `http://key@127.0.0.1:${port}/1`])
  }

  test("a run's counts arrive, and no word of it", async () => {
    await using sink = await startSink()
    await turnOn(sink.port)
    const { lines, output } = await run(person.env)
    expect(findCanaries(words, JSON.stringify(lines) + output)).toEqual(Object.keys(words))
    const counts = { tests: 1, passed: 1, withKafka: 1, tasks: 1, checks: 1, failedChecks: 0, recordsProduced: 1 }
    expect(sink.usage()).toMatchObject([
      { event: 'Run Ended', properties: { vitest: false, jest: false, [name]: true, runnerMajor: major, ...counts } },
    ])
    expect(findCanaries(words, JSON.stringify(sink.received))).toEqual([])
  }, 100_000)

  /*
   * Who waits longer than the deadline waits until the test's own timeout here: a black hole never answers, and a
   * process whose connection is open doesn't end.
   */
  test('a run ends as it would, when what listens never answers', async () => {
    await using hole = await startBlackHole()
    await turnOn(hole.port)
    const { exitCode, output } = await run(person.env)
    expect({ exitCode, output }).toEqual({
      exitCode: 0,
      output: expect.not.stringMatching(/telemetry|abort|did not exit/i),
    })
    await hole.gaveUp(1)
  }, 100_000)

  test('a run ends as it would, when nothing listens', async () => {
    await turnOn(await refusedPort())
    const { exitCode, output } = await run(person.env)
    expect({ exitCode, output }).toEqual({ exitCode: 0, output: expect.not.stringMatching(/telemetry|refused/i) })
  }, 100_000)
})

test.each([
  ['never answers', startBlackHole],
  ['is not there', async () => ({ port: await refusedPort(), [Symbol.asyncDispose]: async () => {} })],
])(
  'a command that fails ends as it would, when what it reports to %s',
  async (_, start) => {
    using person = createPerson(createProject(5, {}))
    await using dead = await start()
    const host = `127.0.0.1:${dead.port}`
    const segment = ['--segment-write-key', 'writeKey', '--segment-host', `http://${host}`]
    await person.kafkaTestkit(['telemetry', 'on', ...segment, '--sentry-dsn', `http://key@${host}/1`])
    const failed = await person.kafkaTestkit(['history', 'show', 'latest'])
    expect(failed).toEqual({
      exitCode: 1,
      output: expect.stringMatching(/^kafka-testkit: no runs are stored here.*\n$/),
    })
    if ('gaveUp' in dead) await (dead as Awaited<ReturnType<typeof startBlackHole>>).gaveUp(2)
  },
  30_000,
)
