import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { stripVTControlCharacters } from 'node:util'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import type { Line } from '../../src/run/model.ts'
import type { ProjectFolder, RunnerResult } from '../support/project.ts'
import { contract, expectAsTitled, runners } from './set-ups.ts'

// The same files on each runner, held against the same snapshots.
describe.each(Object.keys(runners))('%s', (name) => {
  let result: RunnerResult
  let project: ProjectFolder
  beforeAll(async () => {
    const started = runners[name]!()
    project = started.project
    result = await started.run()
  }, 100_000)
  afterAll(() => project[Symbol.dispose]())

  test('each test passes or fails as its title says', () => {
    expectAsTitled(result)
    expect(result.tests.length).toBeGreaterThan(45)
  })

  test('a forgotten await is named', () => {
    expect(messageOf('a matcher that is not awaited is reported')).toContain('toReceiveRecord() was not awaited')
    expect(messageOf('a task that is not awaited is reported')).toContain('receive on running was still running')
  })

  test('an error points at the line of the test', () => {
    const points = Object.fromEntries(
      result.tests.flatMap(({ name, file, messages }) => {
        if (!file.endsWith('stacks.js')) return []
        // The first frame that is not of a dependency: what the runner shows the code of.
        const frames = messages.join('\n').matchAll(/^ +at (?!.*node_modules|.*node:).*?([\w.-]+):(\d+):\d+\)?$/gm)
        const [first] = [...frames].map(([, path, line]) => `${path}:${line}`)
        return [[name, first]]
      }),
    )
    expect(points).toEqual(marked(join(contract, 'tests/stacks.js')))
  })

  test('the messages are the same', async () => {
    const messages = result.lines.flatMap((line) =>
      line.type === 'check' && line.message !== null ? [`${nameOf(line.test)}\n\n${stable(line.message)}`] : [],
    )
    await expect(`${messages.sort().join('\n\n----\n\n')}\n`).toMatchFileSnapshot('__snapshots__/messages.txt')
  })

  test('the store says the same', async () => {
    const lines = result.lines.filter((line) => line.type === 'test').map(summaryOf)
    await expect(`${lines.sort().join('\n')}\n`).toMatchFileSnapshot('__snapshots__/store.txt')
    expect(result.lines.at(-1)).toMatchObject({ type: 'end', status: 'failed' })
  })

  test('redacted data is neither printed nor stored', () => {
    expect(result.output).not.toContain('4111-1111')
    expect(JSON.stringify([result.tests, result.lines])).not.toContain('4111-1111')
  })

  test('the summary says the same', () => {
    expect(result.output).toMatch(/Tests +68 of 75 touched Kafka \(embedded\)/)
  })

  test('nothing of kafkajs is printed', () => {
    expect(result.output).not.toMatch(/TimeoutNegativeWarning|"level":|did not exit/)
  })

  function messageOf(title: string): string {
    return result.tests.find(({ name }) => name.includes(title))?.messages.join('\n') ?? ''
  }

  function nameOf(id: string): string {
    return (
      result.lines.find((line): line is Line & { type: 'test' } => line.type === 'test' && line.id === id)?.name ?? ''
    )
  }

  /** A test with its attempts, and what it did in its last one. */
  function summaryOf(test: Line & { type: 'test' }): string {
    const { id, file, name, status, flaky, attempts } = test
    const last = attempts.length - 1
    const did = result.lines.flatMap((line) => {
      if ((line.type !== 'check' && line.type !== 'task') || line.test !== id || line.attempt !== last) return []
      if (line.type === 'task') return [`${line.kind} ${line.status}`]
      return [`${line.negated ? 'not.' : ''}${line.matcher} ${line.verdict}`]
    })
    const tried = attempts.map((attempt) => attempt.status).join(', ')
    return `${file} > ${name}: ${status}${flaky ? ', flaky' : ''} (${tried}) ${did.join('; ')}`
  }
})

/** Of each test the line that ends in `// here`. */
function marked(path: string): Record<string, string> {
  const lines = readFileSync(path, 'utf8').split('\n')
  let name = ''
  return Object.fromEntries(
    lines.flatMap((text, index) => {
      name = /^test\('(.*)', async/.exec(text)?.[1] ?? name
      return text.endsWith('// here') ? [[name, `stacks.js:${index + 1}`]] : []
    }),
  )
}

function stable(message: string): string {
  return stripVTControlCharacters(message)
    .replaceAll(/[0-9a-f]{8}(?=[/ ])/g, '<id>')
    .replaceAll(/^ {0,8}\d+ ms {2}/gm, '   <n> ms  ')
    .replaceAll(/\d+ ms (into the test|after the deadline|before)/g, '<n> ms $1')
    .replaceAll(/kafkajs-[0-9a-f-]+/g, '<client>')
}
