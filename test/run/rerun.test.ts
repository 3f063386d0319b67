import { expect, test } from 'vitest'
import type { RunLine } from '../../src/run/model.ts'
import { rerunCommand } from '../../src/run/rerun.ts'
import { testLine } from '../browser/support/sample.ts'
import { runLine } from '../endpoint/support/run.ts'

const command = (run: Partial<RunLine>, project: string, file: string, name: string): string =>
  rerunCommand(
    runLine({ environment: null, cluster: { kind: 'embedded' }, ...run }),
    testLine('t', { project, file, name }),
  )

test('the command that runs just one test again', () => {
  const jest = { name: 'jest', version: '30.0.0' } as const
  const all = [
    command({}, '', 'test/orders.test.ts', 'orders > are accepted'),
    command({}, 'unit tests', 'test/[id].test.ts', "it's $5 (more or less)"),
    command({ environment: 'staging', cluster: { kind: 'external' } }, '', 'a.test.ts', 'plain'),
    command({ cluster: { kind: 'testcontainers' }, runner: jest }, 'unit', 'test/[id].test.js', 'a > b'),
  ]
  expect(all.join('\n')).toMatchInlineSnapshot(`
    "npx vitest run test/orders.test.ts -t '^ ?orders (> )?are accepted$'
    npx vitest run 'test/[id].test.ts' --project 'unit tests' -t '^ ?it'\\''s \\$5 \\(more or less\\)$'
    KAFKA_TESTKIT_ENVIRONMENT=staging KAFKA_TESTKIT_CLUSTER=external npx vitest run a.test.ts -t '^ ?plain$'
    KAFKA_TESTKIT_CLUSTER=testcontainers npx jest --runTestsByPath 'test/[id].test.js' --selectProjects unit -t '^ ?a (> )?b$'"
  `)
})
