import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { createJestProject, type JestVersion, runJest } from '../support/jest.ts'
import {
  createProject,
  type ProjectFolder,
  type RunnerResult,
  runVitest,
  type VitestVersion,
} from '../support/project.ts'

// The source of a test is printed with its error, so what it holds must not stand there.
const tests = `
const secret = (letter) => ['secret', letter].join('-')
describe('orders', () => {
  test('are as they were', async () => {
    const topic = kafka.topic('orders')
    await topic.produce({ key: secret('k'), value: { name: secret(process.env.LETTER || 'v'), regexp: '/a\\\\b/ "q" \`t\`' } })
    await expect(topic).toMatchRecordSnapshot()
    const record = await topic.receive()
    expect({ other: 1 }).toMatchSnapshot()
    await expect(record).toMatchRecordSnapshot('one of them')
    await expect(record).toMatchRecordSnapshot('one of them')
  })
})
`

interface Runner {
  project: ProjectFolder
  run(args: string[], env: Record<string, string>): Promise<RunnerResult>
}

function onVitest(version: VitestVersion): Runner {
  const project = createProject(version, {
    'vitest.config.js': `
      import kafka from 'kafka-testkit/vitest/config'
      export default { plugins: [kafka()], test: { include: ['tests/*.js'] } }`,
    'tests/orders.js': `import { describe } from 'vitest'\nimport { expect, kafka, test } from 'kafka-testkit/vitest'${tests}`,
  })
  return { project, run: (args, env) => runVitest(project, args, env) }
}

function onJest(version: JestVersion): Runner {
  const project = createJestProject(version, {
    'jest.config.js': "module.exports = { preset: 'kafka-testkit', testMatch: ['**/tests/*.js'] }",
    'tests/orders.js': `const { kafka } = require('kafka-testkit/jest')${tests}`,
  })
  return { project, run: (args, env) => runJest(project, args, env) }
}

const runners: Record<string, () => Runner> = {
  'Vitest 4': () => onVitest(4),
  'Vitest 5': () => onVitest(5),
  'Jest 29': () => onJest(29),
  'Jest 30': () => onJest(30),
}
const redacted = { KAFKA_TESTKIT_REDACT: 'all' }

describe.each(Object.keys(runners))('snapshots on %s', (name) => {
  test('one that was written in the clear serves runs with redaction too, and -u takes its data out', async () => {
    const { project, run } = runners[name]!()
    using _project = project
    const stored = (): string => readFileSync(join(project.folder, 'tests/__snapshots__/orders.js.snap'), 'utf8')
    const passes = async (args: string[], env: Record<string, string>): Promise<void> => {
      const { exitCode, output } = await run(args, env)
      expect(exitCode, output).toBe(0)
      expect(output).not.toMatch(/obsolete/)
    }

    await passes([], { CI: '' })
    const clear = stored()
    expect(clear).toContain('secret-v')
    await passes(
      ['--ci'].filter(() => name.startsWith('Jest')),
      redacted,
    )
    expect(stored()).toBe(clear)

    const changed = await run([], { ...redacted, LETTER: 'w' })
    expect(changed.exitCode).toBe(1)
    expect(changed.output).toContain('write the snapshot anew with -u')
    expect(changed.output).not.toMatch(/secret-[kvw]/)
    expect(stored()).toBe(clear)

    await passes(['-u'], redacted)
    expect(stored()).toContain('<redacted>')
    expect(stored()).not.toMatch(/secret-[kvw]/)
    await passes([], redacted)
  }, 60_000)
})
