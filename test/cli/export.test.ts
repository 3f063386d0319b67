import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { createFolder, type Ended, type Folder, kafkaTestkit } from '../support/cli.ts'
import { storeRun } from '../support/history.ts'

let folder: Folder
beforeAll(() => {
  folder = createFolder({ 'package.json': '{}' })
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

test('a run as a folder of results, beside those of others', async () => {
  const { exitCode, output } = await cli('export', '--format', 'allure', '--redact', 'all', '--out', 'results/allure')
  expect({ exitCode, output }).toEqual({ exitCode: 0, output: '' })
  const names = readdirSync(join(folder.path, 'results/allure'))
  expect(names.filter((name) => name.endsWith('-result.json'))).toHaveLength(4)
  await cli('export', '--format', 'allure', '--out', 'results/allure')
  expect(readdirSync(join(folder.path, 'results/allure'))).toEqual(names)
})

test.each([
  [['--format', 'html'], 'Allowed choices are junit, ctrf, allure, otlp, csv, markdown, ndjson'],
  [['--format', 'allure'], 'allure is a folder of files: name it with --out'],
  [['--format', 'allure', '--out', 'package.json'], 'package.json is a file: allure is written into a folder'],
  [['--format', 'csv', '--out', '.kafka-testkit'], '.kafka-testkit is a folder: name a file in it with --out'],
  [['--format', 'junit', '--redact', 'values'], '"values" is none of records, checks, all'],
  [['xyz', '--format', 'junit'], 'there is no run "xyz"'],
])('export %j is refused', async (args, says) => {
  expect(await cli('export', ...args)).toMatchObject({ exitCode: 1, output: expect.stringContaining(says) })
})
