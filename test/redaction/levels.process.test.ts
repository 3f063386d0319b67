import { describe, expect, test } from 'vitest'
import type { RecordLine, TestLine } from '../../src/run/model.ts'
import { createJestProject, runJest } from '../support/jest.ts'
import { createProject, type RunnerResult, runVitest } from '../support/project.ts'

/** The same tests for either runner: each produces its own title's topic, some of them ask for redaction first. */
const tests = `
const produce = (topic) => kafka.topic(topic).produce({ key: 'secret-k', value: { name: 'secret-v' } })

test('not redacted', () => produce('open'))
test('a test', async () => {
  kafka.redact({ records: true })
  await produce('test')
})
test('a test that asks too late', async () => {
  await produce('late')
  kafka.redact({ records: true })
})
test('a test whose check data is redacted', async () => {
  kafka.redact({ checks: true })
  await expect(kafka.topic('checked')).toReceiveRecord({ key: ['secret', 'p'].join('-') }, { timeout: 20 })
})
describe('a block', () => {
  beforeEach(() => kafka.redact({ records: true }))
  test('one of it', () => produce('block'))
  test('another', () => produce('block'))
})
test('after the block', () => produce('after'))
describe('from here on', () => {
  beforeAll(() => kafka.redact({ records: true }))
  test('one of it', () => produce('rest'))
})
test('at the end', () => produce('rest'))
`

const runs: Record<string, () => Promise<RunnerResult>> = {
  async Vitest() {
    using project = createProject(5, {
      'vitest.config.ts': `
        import kafka from 'kafka-testkit/vitest/config'
        export default { plugins: [kafka()], test: { include: ['tests/*.js'] } }`,
      'tests/levels.js': `
        import { beforeAll, beforeEach, describe } from 'vitest'
        import { expect, kafka, test } from 'kafka-testkit/vitest'
        ${tests}`,
    })
    return await runVitest(project)
  },
  async Jest() {
    using project = createJestProject(30, {
      'jest.config.js': `module.exports = { preset: 'kafka-testkit', testMatch: ['**/tests/*.js'], transform: {} }`,
      'tests/levels.js': `const { kafka } = require('kafka-testkit/jest')\n${tests}`,
    })
    return await runJest(project)
  },
}

describe.each(Object.keys(runs))('on %s', (name) => {
  test('a test, a block and the rest of a file can ask for more redaction', { timeout: 100_000 }, async () => {
    const { lines, output } = await runs[name]!()
    const shown = (topic: string) =>
      lines
        .filter((line): line is RecordLine => line.type === 'record' && line.topic === topic)
        .map(({ value }) => value?.encoding)
    expect(shown('open'), output).toEqual(['utf8'])
    expect(shown('test')).toEqual(['redacted'])
    expect(shown('late'), 'what was recorded before').toEqual(['redacted'])
    expect(shown('block')).toEqual(['redacted', 'redacted'])
    expect(shown('after')).toEqual(['utf8'])
    expect(shown('rest')).toEqual(['redacted', 'redacted'])
    const failed = lines.find((line): line is TestLine => line.type === 'test' && line.status === 'failed')
    expect(failed?.attempts[0]?.errors[0]?.message).toBe('<redacted>')
    expect(lines).toContainEqual(
      expect.objectContaining({ type: 'check', verdict: 'failed', expected: null, actual: null, message: null }),
    )
    expect(output).toContain('Check data is redacted.')
    expect(output).not.toContain('secret-p')
  })
})
