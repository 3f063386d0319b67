import { describe, expect, test } from 'vitest'
import { toAllure } from '../../src/history/export/allure.ts'
import { redactLine } from '../../src/redaction/projection.ts'
import type { Line, TestLine } from '../../src/run/model.ts'
import { record, sampleRun, task, testLine, text } from '../browser/support/sample.ts'
import { endLine, runLine } from '../endpoint/support/run.ts'

interface Result {
  name: string
  fullName: string
  historyId: string
  status: string
  statusDetails: { message?: string; flaky?: boolean; expected?: string }
  start?: number
  stop?: number
  parameters: { name: string; value: string }[]
  links: { url: string }[]
  labels: { name: string; value: string }[]
  steps: { name: string; status: string; start: number; attachments: { source: string }[] }[]
  attachments: { name: string; source: string }[]
}

const filesOf = (lines: readonly Line[]): Map<string, string> => new Map(toAllure(lines))
const resultsOf = (lines: readonly Line[]): Result[] =>
  [...filesOf(lines)].filter(([name]) => name.endsWith('-result.json')).map(([, of]) => JSON.parse(of) as Result)
const runOf = (...lines: Line[]): Line[] => [runLine(), ...lines, endLine(lines)]
const startedAt = 1_795_608_000_000

function attempts(...statuses: TestLine['status'][]): TestLine['attempts'] {
  return statuses.map((status, attempt) => {
    const errors = status === 'passed' ? [] : [{ name: 'Error', message: `no ${attempt}` }]
    return { attempt, status, startedAt: startedAt + attempt / 10, duration: 0.1, errors }
  })
}

test('an attempt has its steps in their order, and attaches the records of a task', () => {
  const lines = sampleRun(0)
  const files = filesOf(lines)
  const [first, last] = resultsOf(lines)
  expect(first).toMatchObject({ steps: [], attachments: [] })
  expect(last).toMatchObject({
    status: 'failed',
    statusDetails: { expected: '{"key": "o-1", "value": {"type": "rejected"}}' },
    links: [{ name: 'test', url: 'https://ci.example/17' }],
    steps: [
      { name: 'produce on orders', status: 'passed', attachments: [{ name: 'Records of produce on orders' }] },
      { name: 'expect(group order-service).toCatchUp', status: 'passed' },
      { name: 'expect(topic orders).toReceiveRecord', status: 'failed' },
    ],
    attachments: [{ name: 'Records that no task moved' }, { name: 'Timeline' }],
  })
  const [records, others, timeline] = [last!.steps[0]!.attachments[0]!, ...last!.attachments].map(({ source }) =>
    files.get(source),
  )
  expect(records).toMatchInlineSnapshot(`
    "orders/0@0  produced, timestamp 2026-11-25T12:00:00.000Z
      key (auto): o-0
      value (auto): {"sku":"lamp","quantity":0}
      header source: shop
    "
  `)
  for (const says of ['null (tombstone)', '(cut off, it has 50000 bytes)', 'base64 AAH+/w==', 'key (auto): none'])
    expect(others).toContain(says)
  expect(timeline).toContain('    30 ms  produced       orders/0@0  by this test\n')
})

describe('attempts', () => {
  test('that began in one millisecond are told apart, the last is the latest', () => {
    const lines = runOf(testLine('flaky', { flaky: true, attempts: attempts('failed', 'failed', 'passed') }))
    const results = resultsOf(lines)
    expect(results.map(({ status, start }) => [status, start! - startedAt])).toEqual([
      ['failed', 0],
      ['failed', 1],
      ['passed', 2],
    ])
    expect(new Set(results.map(({ historyId }) => historyId)).size).toBe(1)
    expect(results[0]).toMatchObject({ statusDetails: { message: 'Error: no 0', flaky: true } })
  })

  test('of another repetition are other tests', () => {
    const repeated = attempts('passed', 'failed', 'passed').map((one, repeat) => ({ ...one, repeat }))
    const results = resultsOf(runOf(testLine('repeats', { status: 'failed', attempts: repeated })))
    expect(results.map(({ status, parameters }) => [status, parameters[0]!.value])).toEqual([
      ['passed', '1'],
      ['failed', '2'],
      ['passed', '3'],
    ])
  })

  test('that failed as they were to are no failure', () => {
    const [result] = resultsOf(runOf(testLine('fails as it is to', { attempts: attempts('failed') })))
    expect(result).toMatchObject({ status: 'passed', statusDetails: {} })
  })

  test('of a test that failed otherwise leave it failed', () => {
    const [result] = resultsOf(runOf(testLine('fails', { status: 'failed', attempts: attempts('passed') })))
    expect(result!.status).toBe('failed')
  })

  test.each(['timed out', 'crashed'] as const)('that %s are broken and say so', (status) => {
    const none = attempts(status).map((one) => ({ ...one, errors: [] }))
    expect(resultsOf(runOf(testLine('hangs', { status, attempts: none })))).toMatchObject([
      { status: 'broken', statusDetails: { message: status } },
    ])
  })
})

test('what failed outside of tests is broken', () => {
  const error = {
    type: 'error',
    project: '',
    file: 'a.test.ts',
    suite: null,
    name: 'Error',
    message: 'no module',
  } as const
  const [result] = resultsOf(runOf(error))
  expect(result).toMatchObject({ status: 'broken', statusDetails: { message: 'Error: no module' } })
  expect(result).not.toHaveProperty('start')
})

test('the same run has the same files', () => {
  const lines = sampleRun(1)
  expect(filesOf(lines)).toEqual(filesOf(lines))
})

test('what is redacted is in no file', () => {
  const lines = runOf(
    testLine('secret', { status: 'failed', attempts: [{ ...attempts('failed')[0]!, errors: [] }] }),
    task('secret', 1),
    record('secret', 0, { task: 'secret-1', value: text('canary-value'), key: text('canary-key') }),
    record('secret', 1, { headers: [{ name: 'kept-name', value: text('canary-header') }] }),
  )
  const all = (of: readonly Line[]): string => [...filesOf(of).values()].join('')
  expect(
    all(lines)
      .match(/canary-\w+/g)
      ?.sort(),
  ).toEqual(['canary-header', 'canary-key', 'canary-value'])
  const redacted = all(lines.map((line) => redactLine(line, { records: true, checks: true })))
  expect(redacted).not.toContain('canary')
  expect(redacted).toContain('header kept-name: <redacted>')
})
