import { rmSync } from 'node:fs'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { createProject } from '../support/project.ts'
import { createPerson, type Person } from './person.ts'
import { type Sink, startSink } from './sinks.ts'

let person: Person
let sink: Sink
beforeEach(async () => {
  person = createPerson(createProject(5, {}))
  sink = await startSink()
})
afterEach(async () => {
  person[Symbol.dispose]()
  await sink[Symbol.asyncDispose]()
})

function turnOn(): Promise<{ output: string; exitCode: number | null }> {
  const segment = ['--segment-write-key', 'writeKey', '--segment-host', `http://127.0.0.1:${sink.port}`]
  return person.kafkaTestkit(['telemetry', 'on', ...segment, '--sentry-dsn', `http://key@127.0.0.1:${sink.port}/1`])
}

test('nothing is sent, and nobody asked, before it is turned on', async () => {
  const destinations = {
    KAFKA_TESTKIT_TELEMETRY_SEGMENT_WRITE_KEY: 'writeKey',
    KAFKA_TESTKIT_TELEMETRY_SEGMENT_HOST: `http://127.0.0.1:${sink.port}`,
  }
  const { output } = await person.kafkaTestkit(['history'], destinations)
  expect(output).toBe('No runs are stored here yet (.kafka-testkit): run your tests, with the plugin in the config\n')
  // What only an operator's environment may do.
  await person.kafkaTestkit(['history'], { ...destinations, KAFKA_TESTKIT_TELEMETRY: 'on' })
  expect((await person.kafkaTestkit(['telemetry', 'status'])).output).toBe('Telemetry is off: nobody turned it on\n')
  expect(sink.received).toEqual([])
})

test('"on" has it on with a random id, "off" ends it and forgets the id', async () => {
  const { output } = await turnOn()
  expect(output).toContain('Telemetry is on: it was turned on (')
  expect(output).toContain(`usage             to http://127.0.0.1:${sink.port}\n`)
  expect(output).toContain(`errors            to 127.0.0.1:${sink.port}\n`)
  expect(output).toContain('endpoint metrics  nowhere (--dogstatsd, or KAFKA_TESTKIT_TELEMETRY_DOGSTATSD)\n')
  const { anonymousId } = person.choice()
  expect(anonymousId).toMatch(/^[0-9a-f]{8}-[0-9a-f]{4}-4/)

  await person.kafkaTestkit(['history'])
  expect(sink.usage()).toMatchObject([
    {
      event: 'kafka-testkit history list',
      anonymousId,
      properties: { failed: false, versionMajor: expect.any(Number) },
    },
  ])

  await person.kafkaTestkit(['telemetry', 'off'])
  await person.kafkaTestkit(['history'])
  expect(sink.usage()).toHaveLength(1)
  const { destinations } = person.choice()
  expect(person.choice()).toEqual({ enabled: false, destinations })
})

test('a command that fails is told with its class and place, without its message', async () => {
  await turnOn()
  const { output, exitCode } = await person.kafkaTestkit(['history', 'show', 'secretive'])
  expect(exitCode).toBe(1)
  expect(output).toContain('kafka-testkit: no runs are stored here')
  expect(sink.usage()).toMatchObject([{ event: 'kafka-testkit history show', properties: { failed: true } }])
  expect(sink.errors()).toMatchObject([
    {
      exception: { values: [{ type: 'Error', stacktrace: { frames: expect.any(Array) } }] },
      release: expect.stringMatching(/^kafka-testkit@\d/),
    },
  ])
  const [{ body } = { body: '' }] = sink.received.filter(({ url }) => url.includes('envelope'))
  expect(body).toContain('"filename":"dist/')
  expect(body).not.toMatch(/no runs are stored|secretive/)
})

test.each([
  [{ DO_NOT_TRACK: '1' }, 'DO_NOT_TRACK is set'],
  [{ CI: 'true' }, 'this is CI'],
  [{ KAFKA_TESTKIT_TELEMETRY: 'off' }, 'KAFKA_TESTKIT_TELEMETRY is "off"'],
])('%j keeps it off', async (env, why) => {
  await turnOn()
  await person.kafkaTestkit(['history'], env)
  expect((await person.kafkaTestkit(['telemetry', 'status'], env)).output).toBe(`Telemetry is off: ${why}\n`)
  expect(sink.received).toEqual([])
})

test.each([
  [['on'], {}, 'there is nowhere to send to: no destination is built in'],
  [['on', '--sentry-dsn', 'sentry.io'], {}, 'option "sentryDsn" is "sentry.io", a DSN as Sentry shows it'],
  [['on', '--segment-write-key', 'k', '--segment-host', 'segment.io'], {}, 'an http:// or https:// URL is wanted'],
  [['status'], { KAFKA_TESTKIT_TELEMETRY_SENTRY_DNS: 'x' }, 'did you mean "KAFKA_TESTKIT_TELEMETRY_SENTRY_DSN"?'],
  [['status'], { KAFKA_TESTKIT_TELEMETRY: 'yes' }, 'one of "on", "off" is wanted'],
])('telemetry %j with %j is refused', async (args, env, message) => {
  const { output, exitCode } = await person.kafkaTestkit(['telemetry', ...args], env as Record<string, string>)
  expect(exitCode).toBe(1)
  expect(output).toContain(message)
  expect(() => person.choice()).toThrow('ENOENT')
})

test('a wrong variable is no matter of any other command', async () => {
  await turnOn()
  const { output, exitCode } = await person.kafkaTestkit(['history'], { KAFKA_TESTKIT_TELEMETRY: 'yes' })
  expect({ output, exitCode }).toEqual({
    output: expect.stringMatching(/^No runs are stored here yet.*\n$/),
    exitCode: 0,
  })
  expect(sink.received).toEqual([])
})

test('a file that is broken keeps it off, and is mended by the next choice', async () => {
  await turnOn()
  for (const [broken, message] of [
    ['{"enabled":', 'telemetry.json is no JSON; choose again'],
    ['{"enabled":"yes"}', 'option "enabled" is "yes", true or false is wanted'],
    ['{"enabled":true,"destinations":{"sentryDns":"x"}}', 'did you mean "sentryDsn"?'],
  ] as const) {
    person.writeChoice(broken)
    expect((await person.kafkaTestkit(['history'])).output).toMatch(/^No runs are stored here yet.*\n$/)
    expect((await person.kafkaTestkit(['telemetry', 'status'])).output).toContain(message)
  }
  expect(sink.received).toEqual([])
  expect((await person.kafkaTestkit(['telemetry', 'off'])).output).toMatch(/^Telemetry is off: it was turned off/)
})

test('a machine that knows no home for its user is no matter either', async () => {
  const homeless = `import os from 'node:os'
    import { syncBuiltinESMExports } from 'node:module'
    os.homedir = () => { throw new Error('no home') }
    syncBuiltinESMExports()`
  const env = { NODE_OPTIONS: `--import=data:text/javascript,${encodeURIComponent(homeless)}` }
  const { output, exitCode } = await person.kafkaTestkit(['history'], env)
  expect({ output, exitCode }).toEqual({ output: expect.stringMatching(/^No runs are stored.*\n$/), exitCode: 0 })
})

test('a client that is not installed is named, and missed by nobody else', async () => {
  await turnOn()
  rmSync(join(person.project.folder, 'node_modules/@sentry'), { recursive: true })
  const { output } = await person.kafkaTestkit(['telemetry', 'status'])
  expect(output).toContain('errors            nowhere: @sentry/node is not installed (npm i -D @sentry/node)\n')
  const { output: shown } = await person.kafkaTestkit(['telemetry', 'show'])
  expect(shown).toContain('# No errors: @sentry/node is not installed (npm i -D @sentry/node)\n')
  expect(shown).toContain('# After a command\nPOST ')
  const { output: failure } = await person.kafkaTestkit(['history', 'show', 'latest'])
  expect(failure).toMatch(/^kafka-testkit: no runs are stored here .*\n$/)
  expect(sink.usage()).toHaveLength(1)
})

test('"show" prints the very requests, and sends none', async () => {
  await turnOn()
  const { output } = await person.kafkaTestkit(['telemetry', 'show'])
  expect(sink.received).toEqual([])

  await person.kafkaTestkit(['history', 'show', 'latest'])
  const shapes = sink.received.map(({ body }) => shapeOf(body))
  expect(shapes).toHaveLength(2)
  const shown = output.split('\n').filter((line) => line.startsWith('{'))
  for (const line of shapes.flatMap((shape) => shape.split('\n'))) expect(shown.map(shapeOf)).toContain(line)
  expect(output).toContain(`POST http://127.0.0.1:${sink.port}/v1/batch`)
  expect(output).toContain('kafka_testkit.endpoint.requests:1|c|#method:PUT,route:/v1/runs/id,status:201')
})

/** A body without what differs from event to event: ids, times, the frames and whether the command failed. */
function shapeOf(body: string): string {
  return body
    .replaceAll(/"(messageId|event_id)":"[^"]+"/g, '"$1":"id"')
    .replaceAll(/"(timestamp|sentAt|sent_at)":("[^"]+"|[\d.]+)/g, '"$1":"time"')
    .replaceAll(/"(frames|fingerprint)":\[.*?\]/g, '"$1":[]')
    .replaceAll(/"failed":(true|false)/g, '"failed":"either"')
    .trimEnd()
}
