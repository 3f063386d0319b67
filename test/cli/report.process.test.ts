import { existsSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { createFolder, type Ended, type Folder, kafkaTestkit } from '../support/cli.ts'
import { storeRun } from '../support/history.ts'
import { linesOf } from '../support/report.ts'

let folder: Folder
let id: string
beforeAll(() => {
  folder = createFolder({})
  storeRun(folder.path, { ago: 5, tests: [{ name: 'orders > are counted' }] })
  id = storeRun(folder.path, {
    tests: [{ name: 'orders > are accepted' }, { name: 'orders > hang', status: 'failed' }],
  })
})
afterAll(() => folder[Symbol.dispose]())

const cli = (...args: string[]): Promise<Ended> => kafkaTestkit(folder.path, ['report', ...args])

test('the latest run is written into its folder, and goes with it', async () => {
  const { exitCode, output } = await cli()
  expect(exitCode, output).toBe(0)
  const path = fileURLToPath(output.trim())
  expect(path.endsWith(join('.kafka-testkit', 'runs', id, 'report.html'))).toBe(true)
  const lines = linesOf(readFileSync(path, 'utf8'))
  expect(lines.filter(({ type }) => type === 'test')).toMatchObject([
    { name: 'orders > are accepted' },
    { name: 'orders > hang' },
  ])
  await kafkaTestkit(folder.path, ['history', 'delete', id])
  expect(existsSync(path)).toBe(false)
})

test('--out names the file, --redact leaves data out', async () => {
  const { output } = await cli('--out', 'page.html')
  expect(output.trim().endsWith('/page.html')).toBe(true)
  const page = (): string => JSON.stringify(linesOf(readFileSync(join(folder.path, 'page.html'), 'utf8')))
  expect(page()).toContain('lamp')
  await cli('latest', '--out', 'page.html', '--redact', 'all')
  expect(page()).not.toContain('lamp')
  expect(page()).toContain('"redacted":{"records":true,"checks":true}')
})

test('of a file that is cut off there is what can be read, and the page says so', async () => {
  const cut = storeRun(folder.path, { ago: 9, tests: [{ name: 'orders > are cut off' }] })
  const file = join(folder.path, '.kafka-testkit/runs', cut, 'run.ndjson')
  writeFileSync(file, readFileSync(file, 'utf8').slice(0, -40))
  const { exitCode, output } = await cli(cut, '--out', 'cut.html')
  expect(exitCode).toBe(0)
  expect(output).toContain('is no JSON (the file is cut off)')
  const [head, run] = linesOf(readFileSync(join(folder.path, 'cut.html'), 'utf8'))
  expect([head, run]).toMatchObject([
    { type: 'page', damaged: 1 },
    { type: 'run', id: cut },
  ])
})

test('a run that a newer version wrote is refused', async () => {
  const newer = storeRun(folder.path, { ago: 10, schema: 9 as 2, tests: [{ name: 'orders > are new' }] })
  const { exitCode, output } = await cli(newer, '--out', 'newer.html')
  expect([exitCode, output]).toEqual([1, expect.stringContaining('it is of version 9 of the model')])
})

test.each([
  [['xyz'], 'there is no run "xyz"'],
  [['--out', join('no', 'folder', 'page.html')], 'ENOENT'],
  [['--redact', 'values'], '"values" is none of records, checks, all'],
])('report %j is refused', async (args, says) => {
  expect(await cli(...args)).toMatchObject({ exitCode: 1, output: expect.stringContaining(says) })
})
