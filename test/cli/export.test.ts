import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { createFolder, type Ended, type Folder, kafkaTestkit } from '../support/cli.ts'
import { storeRun } from '../support/history.ts'

let folder: Folder
beforeAll(() => {
  folder = createFolder({})
  storeRun(folder.path, {
    id: '01a213a1-a1ea-747a-8c14-ea849b8a91bb',
    tests: [
      { name: 'orders > are accepted' },
      { name: 'orders > "5 < 6" & more\u0007', status: 'failed' },
      { name: 'orders > hang', status: 'timed out' },
      { name: 'orders > wait', status: 'skipped' },
    ],
  })
})
afterAll(() => folder[Symbol.dispose]())

const cli = (...args: string[]): Promise<Ended> => kafkaTestkit(folder.path, args)
const stable = (text: string): string =>
  text.replaceAll(/"(start|stop)": \d+/g, '"$1": 0').replaceAll(/\d{4}-\d\d-\d\dT[\d:.]+Z/g, '<time>')

test.each(['junit', 'ctrf', 'csv', 'markdown'])('a run as %s', async (format) => {
  const { exitCode, output } = await cli('export', '--format', format)
  expect(exitCode, output).toBe(0)
  expect(stable(output)).toMatchSnapshot()
})

test('--redact leaves data out, and a file is written', async () => {
  await cli('export', 'latest', '--format', 'ndjson', '--redact', 'all', '--output', 'run.ndjson')
  const text = readFileSync(join(folder.path, 'run.ndjson'), 'utf8')
  expect(text).toContain('"redacted":{"records":true,"checks":true}')
  expect(text).not.toContain('lamp')
  expect((await cli('export', '--format', 'ndjson')).output).toContain('lamp')
})

test.each([
  [['--format', 'html'], 'Allowed choices are junit, ctrf, csv, markdown, ndjson'],
  [['--format', 'junit', '--redact', 'values'], '"values" is none of records, checks, all'],
  [['xyz', '--format', 'junit'], 'there is no run "xyz"'],
])('export %j is refused', async (args, says) => {
  expect(await cli('export', ...args)).toMatchObject({ exitCode: 1, output: expect.stringContaining(says) })
})
