import { expect, test } from 'vitest'
import { createProject, runVitest } from '../support/project.ts'

test('the environment that was chosen is in the summary, in the store and in the test', async () => {
  using project = createProject(5, {
    'vitest.config.ts': `import kafka from 'kafka-testkit/vitest/config'
export default { plugins: [kafka({ environments: { staging: { color: 'yellow', variables: { api: { env: 'API' } } } } })] }
`,
    'orders.test.ts': `import { expect, test } from 'kafka-testkit/vitest'
test('an order', async ({ kafka }) => {
  expect([kafka.environment, kafka.variables]).toEqual(['staging', { api: 'https://staging.example.com' }])
  await kafka.topic('orders').produce({ value: 1 })
})
`,
  })
  const env = { KAFKA_TESTKIT_ENVIRONMENT: 'staging', API: 'https://staging.example.com' }
  const { output, lines } = await runVitest(project, [], env)
  expect(output).toContain('1 of 1 touched Kafka (embedded, staging)')
  expect(lines[0]).toMatchObject({ type: 'run', environment: 'staging' })
  expect(JSON.stringify(lines)).not.toContain('staging.example.com')
})
