import { existsSync, readFileSync } from 'node:fs'
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

test.each([
  [['xyz'], 'there is no run "xyz"'],
  [['--out', join('no', 'folder', 'page.html')], 'ENOENT'],
  [['--redact', 'values'], '"values" is none of records, checks, all'],
])('report %j is refused', async (args, says) => {
  expect(await cli(...args)).toMatchObject({ exitCode: 1, output: expect.stringContaining(says) })
})
