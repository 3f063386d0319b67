import { cpSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { afterAll, beforeAll, expect, test, vi } from 'vitest'
import { createFolder, type Ended, type Folder, kafkaTestkit } from '../support/cli.ts'
import { parseLines, TestEndpoint } from '../support/endpoint.ts'

/*
 * A store as the version before wrote it, of version 1 of the model: two runs of Vitest 4 with colours in their errors,
 * tests of one name, retries, repeats and a skipped test.
 */
const store = fileURLToPath(new URL('version-1', import.meta.url))
const ids = readdirSync(join(store, 'runs')).sort()
let folder: Folder

beforeAll(() => {
  vi.stubEnv('TZ', 'UTC')
  vi.stubEnv('KAFKA_TESTKIT_TOKEN', 'secret')
  folder = createFolder({})
  cpSync(store, join(folder.path, '.kafka-testkit'), { recursive: true })
})
afterAll(() => {
  vi.unstubAllEnvs()
  folder[Symbol.dispose]()
})

const cli = (args: string[]): Promise<Ended> => kafkaTestkit(folder.path, args)
const lines = (id: string): string => readFileSync(join(store, 'runs', id, 'run.ndjson'), 'utf8')

test.each([
  ['list', ['history']],
  ['one test in the list', ['history', '--test', 'wavers']],
  ['show', ['history', 'show', 'latest']],
  ['compare', ['history', 'compare']],
  ['verify', ['history', 'verify']],
  ['junit', ['export', '--format', 'junit']],
  ['ctrf', ['export', '--format', 'ctrf']],
])('%s', async (_, args) => {
  const { exitCode, output } = await cli(args)
  expect(exitCode, output).toBe(0)
  expect(output).toMatchSnapshot()
})

test('ndjson is what is stored', async () => {
  expect((await cli(['export', ids[0]!, '--format', 'ndjson'])).output).toBe(lines(ids[0]!))
})

test('it is imported, and stands beside runs of today', async () => {
  using other = createFolder({})
  mkdirSync(join(other.path, 'artifacts'))
  cpSync(store, join(other.path, 'artifacts/.kafka-testkit'), { recursive: true })
  const { output } = await kafkaTestkit(other.path, ['history', 'import', 'artifacts'])
  expect(output).toBe('Imported 2 runs\n')
  const listed = JSON.parse((await kafkaTestkit(other.path, ['history', '--json'])).output) as object[]
  expect(listed).toMatchObject([
    { id: ids[1], failed: 3, errors: 0 },
    { id: ids[0], failed: 3, errors: 0 },
  ])
})

test('it is sent to an endpoint of today, every line', async () => {
  const endpoint = await TestEndpoint.start()
  try {
    const { exitCode, output } = await cli(['push', ids[0]!, '--url', endpoint.url])
    expect(exitCode, output).toBe(0)
    expect(endpoint.linesOf(ids[0]!)).toEqual(parseLines(lines(ids[0]!)))
  } finally {
    await endpoint.close()
  }
})

test.each([
  ['null', 'of no type'],
  ['[]', 'of no type'],
  ['{"type":"test","id":"1"}', 'test'],
  ['{"type":"hunter2"}', 'hunter2'],
])('a line %s breaks nothing, and is said with its file and line', async (line, kind) => {
  using other = createFolder({})
  cpSync(store, join(other.path, '.kafka-testkit'), { recursive: true })
  const [first, ...rest] = lines(ids[1]!).split('\n')
  const path = join(other.path, '.kafka-testkit/runs', ids[1]!, 'run.ndjson')
  writeFileSync(path, [first, line, ...rest].join('\n'))
  const says = new RegExp(`${ids[1]}/run\\.ndjson: line 2 \\(${kind}\\): \\w+ is not of the model`)
  for (const [args, exitCode] of [
    [['history', 'show', ids[1]!], 0],
    [['history', 'compare'], 0],
    [['history', 'verify'], 1],
    [['export', '--format', 'junit'], 1],
  ] as const) {
    const finished = await kafkaTestkit(other.path, [...args])
    expect(finished, args.join(' ')).toMatchObject({ exitCode, output: expect.stringMatching(says) })
  }
})

test('what is not its model is said with file and line', async () => {
  using other = createFolder({})
  cpSync(store, join(other.path, '.kafka-testkit'), { recursive: true })
  const path = join(other.path, '.kafka-testkit/runs', ids[1]!, 'run.ndjson')
  writeFileSync(path, lines(ids[1]!).replace('"verdict":"passed"', '"verdict":"green"'))
  const { exitCode, output } = await kafkaTestkit(other.path, ['history', 'verify'])
  expect(exitCode).toBe(1)
  expect(output).toMatch(new RegExp(`${ids[1]}/run\\.ndjson: line \\d+ \\(check\\): verdict is not of the model`))
})
