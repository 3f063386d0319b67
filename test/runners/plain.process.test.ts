import { describe, expect, test } from 'vitest'
import type { Line } from '../../src/run/model.ts'
import { createJestProject, runJest } from '../support/jest.ts'
import { createProject, type RunnerResult, runVitest } from '../support/project.ts'

// Runners colour their errors where CI is set, and a test may be named anything: what is stored is plain.

const text = String.raw`
const red = (text) => '\u001b[31m' + text + '\u001b[39m'

test('a matcher fails', async () => {
  await kafka.topic('t').produce({ value: { a: 1 } })
  await expect(kafka.topic('t')).toReceiveRecord({ value: { a: 2 } }, { timeout: 50 })
})
test(red('red') + ' and \u0007ring\u0000ing\u009b', async () => {
  await kafka.topic('t').produce({ value: 1 })
  expect({ a: 1 }).toEqual({ a: 2 })
})
test('a coloured error', async () => {
  await kafka.topic('t').produce({ value: 1 })
  const error = new Error(red('the message') + '\r\nof\u0008 two lines')
  error.name = red('NamedError')
  throw error
})
test('a task fails', async () => {
  const serde = { name: 'odd', serialize: () => { throw new Error(red('not this')) }, deserialize: String }
  await kafka.topic('u', { value: serde }).produce({ value: 1 }).catch(() => {})
})
describe(red('suite'), () => {
  afterAll(() => {
    throw new Error(red('did not stop'))
  })
  test('runs', () => {})
})
`
const coloured = { CI: 'true', FORCE_COLOR: '1' }

describe.each([4, 5] as const)('Vitest %i', (version) => {
  test('stores plain text', async () => {
    using project = createProject(version, {
      'vitest.config.js': `import kafka from 'kafka-testkit/vitest/config'
export default { plugins: [kafka()] }`,
      'a.test.js': `import { expect, kafka, test } from 'kafka-testkit/vitest'
import { afterAll, describe } from 'vitest'
${text}`,
    })
    expectPlain(await runVitest(project, [], coloured))
  })
})

describe.each([29, 30] as const)('Jest %i', (version) => {
  test('stores plain text', async () => {
    using project = createJestProject(version, {
      'jest.config.js': `module.exports = { preset: 'kafka-testkit', transform: {} }`,
      'a.test.js': `const { kafka } = require('kafka-testkit/jest')
${text}`,
    })
    expectPlain(await runJest(project, ['--color'], coloured))
  })
})

// biome-ignore lint/suspicious/noControlCharactersInRegex: these are what must not be there.
const control = /[\u0000-\u0008\u000b-\u001f\u007f-\u009f]/

function expectPlain({ lines, output }: RunnerResult): void {
  expect(lines.length, output).toBeGreaterThan(10)
  const odd = lines.filter((line) => textsOf(line).some((text) => control.test(text)))
  expect(odd).toEqual([])
  const names = lines.flatMap((line) => (line.type === 'test' ? [line.name] : []))
  expect(names).toEqual(expect.arrayContaining(['red and ringing', 'suite > runs']))
  const errors = lines.flatMap((line) => (line.type === 'test' ? line.attempts.flatMap(({ errors }) => errors) : []))
  expect(errors.some(({ message }) => message === 'the message\nof two lines')).toBe(true)
  expect(errors.some(({ message }) => /\+ +"a": 1|\+ Received/.test(message))).toBe(true)
  expect(lines).toContainEqual(expect.objectContaining({ type: 'error', message: 'did not stop' }))
}

/** All texts in it, and the names of its fields. */
function textsOf(line: Line): string[] {
  const texts: string[] = []
  JSON.stringify(line, (key, value: unknown) => {
    texts.push(key, ...(typeof value === 'string' ? [value] : []))
    return value
  })
  return texts
}
