import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { createProject, type Project, run, runVitest } from '../../support/project.ts'
import { createCertificates } from '../support/certificates.ts'
import { type SecureKafka, startSecureKafka } from '../support/secure-kafka.ts'

let kafka: SecureKafka
let project: Project

const testFile = `import { expect, test } from 'kafka-testkit/vitest'

test('an order comes back', async ({ kafka }) => {
  const topic = await kafka.createTopic()
  expect(topic.name).toMatch(/^tests-/)
  const consumer = await kafka.consumer({ groupId: kafka.uniqueName() })
  await consumer.subscribe({ topic: topic.name, fromBeginning: true })
  const taken = new Promise((resolve) => consumer.run({ eachMessage: async ({ message }) => resolve(String(message.key)) }))
  await topic.produce({ key: 'o-1', value: { sku: 'lamp' } })
  await expect(topic).toReceiveRecord({ key: 'o-1' })
  expect(await taken).toBe('o-1')
})
`
const forbidden = `import { test } from 'kafka-testkit/vitest'

test('a topic of others is created', async ({ kafka }) => {
  await kafka.createTopic('payroll')
})
`

beforeAll(async () => {
  kafka = await startSecureKafka()
  project = createProject(5, {
    'orders.test.ts': testFile,
    'forbidden.test.ts': forbidden,
    'vitest.config.ts': `import kafka from 'kafka-testkit/vitest/config'
export default { plugins: [kafka({ cluster: { kind: 'external', prefix: 'tests-' } })], test: { testTimeout: 30000 } }
`,
    // A token that no one signed, which Kafka takes by default.
    'token.mjs': `const part = (content) => Buffer.from(JSON.stringify(content)).toString('base64url')
const now = Math.floor(Date.now() / 1000)
export default async () => [part({ alg: 'none' }), part({ sub: 'ann', iat: now, exp: now + 600 }), ''].join('.')
`,
  })
})
afterAll(async () => {
  project?.[Symbol.dispose]()
  await kafka?.[Symbol.asyncDispose]()
})

test.each(['plain', 'scram-sha-256', 'scram-sha-512', 'oauthbearer'])(
  'a test file runs over TLS and %s',
  async (mechanism) => {
    const env = {
      ...kafka.variables(mechanism),
      KAFKA_SASL_TOKEN_PROVIDER: './token.mjs',
      KAFKA_TESTKIT_TIMEOUT: '15000',
    }
    const result = await runVitest(project, ['orders.test.ts'], env)
    expect(result.exitCode, result.output).toBe(0)
    expect(JSON.stringify(result.lines)).not.toContain('lamp-secret')
  },
)

test('a topic that may not be created is an error that says what helps', async () => {
  const result = await runVitest(project, ['forbidden.test.ts'], kafka.variables('scram-sha-512'))
  expect(result.tests[0]!.messages[0]).toContain(
    'The user "ann" may not do this with the topic (TOPIC_AUTHORIZATION_FAILED)',
  )
  expect(result.output).not.toContain('lamp-secret')
  expect(result.lines.at(-1)).toMatchObject({ type: 'end', status: 'failed' })
})

test('wrong credentials end the run at once, with one message', async () => {
  const env = { ...kafka.variables('scram-sha-256'), KAFKA_SASL_PASSWORD: 'wrong-secret' }
  const { exitCode, output } = await run(project, ['node_modules/vitest/vitest.mjs', 'run'], env)
  expect(exitCode).toBe(1)
  expect(
    output.match(/Error: .*refuses the user "ann" \(scram-sha-256\): its name or its secret is wrong/g),
  ).toHaveLength(1)
  expect(output).not.toContain('wrong-secret')
})

describe('cluster check says', () => {
  async function check(env: Record<string, string>): Promise<{ exitCode: number | null; said: string }> {
    const { exitCode, output } = await run(
      project,
      ['node_modules/kafka-testkit/dist/cli/main.js', 'cluster', 'check'],
      env,
    )
    const said = output
      .replaceAll(kafka.secure, '<secure>')
      .replaceAll(kafka.plain, '<plain>')
      .replaceAll(/check-[0-9a-f]{8}/g, 'check-<id>')
      .replaceAll(/127\.0\.0\.1:\d+/g, '<address>')
    return { exitCode, said }
  }

  test('that all is well', async () => {
    expect(await check(kafka.variables('scram-sha-512'))).toMatchSnapshot()
  })

  const wrong: [string, (right: Record<string, string>) => Record<string, string> | Promise<Record<string, string>>][] =
    [
      ['a wrong secret', (right) => ({ ...right, KAFKA_SASL_PASSWORD: 'wrong' })],
      [
        'a mechanism that is not enabled',
        (right) => ({
          ...right,
          KAFKA_BROKERS: kafka.secure,
          KAFKA_SASL_MECHANISM: 'aws',
          KAFKA_SASL_AUTHORIZATION_IDENTITY: 'a',
          KAFKA_SASL_ACCESS_KEY_ID: 'b',
          KAFKA_SASL_SECRET_ACCESS_KEY: 'c',
        }),
      ],
      [
        'no credentials',
        ({ KAFKA_SASL_MECHANISM: _, KAFKA_SASL_USERNAME: __, KAFKA_SASL_PASSWORD: ___, ...right }) => right,
      ],
      ['a certificate for another name', ({ KAFKA_SSL_SERVERNAME: _, ...right }) => right],
      [
        'an authority that is not known',
        async (right) => {
          using other = await createCertificates('dns:kafka-1')
          const ca = join(project.folder, 'other.pem')
          const { readFileSync } = await import('node:fs')
          writeFileSync(ca, readFileSync(other.ca))
          return { ...right, KAFKA_SSL_CA: ca }
        },
      ],
      ['a certificate file that is not there', (right) => ({ ...right, KAFKA_SSL_CA: 'nowhere.pem' })],
      ['TLS where there is none', (right) => ({ ...right, KAFKA_BROKERS: kafka.plain })],
      ['no TLS where it is wanted', ({ KAFKA_SSL_CA: _, KAFKA_SSL_SERVERNAME: __, ...right }) => right],
      ['a port on which nothing listens', (right) => ({ ...right, KAFKA_BROKERS: '127.0.0.1:1' })],
      ['a name that nobody knows', (right) => ({ ...right, KAFKA_BROKERS: 'kafka.invalid:9092' })],
    ]
  test.each(wrong)('%s', async (_, change) => {
    expect(await check(await change(kafka.variables('scram-sha-512')))).toMatchSnapshot()
  })

  test('as JSON', async () => {
    const args = ['node_modules/kafka-testkit/dist/cli/main.js', 'cluster', 'check', '--json']
    const { output } = await run(project, args, kafka.variables('plain'))
    expect(JSON.parse(output)).toMatchObject({
      cluster: 'external',
      findings: expect.arrayContaining([{ verdict: 'ok', text: 'a group coordinator answers' }]),
    })
  })
})
