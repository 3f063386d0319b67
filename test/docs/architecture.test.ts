import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { expect, test } from 'vitest'

const root = fileURLToPath(new URL('../..', import.meta.url))
const read = (file: string): string => readFileSync(join(root, file), 'utf8')
const folders = readdirSync(join(root, 'src'), { withFileTypes: true })
  .filter((entry) => entry.isDirectory())
  .map(({ name }) => name)

test('the map has a row for each folder, and names no file that is not there', () => {
  const page = read('docs/architecture.md')
  const [, rows = ''] = page.split('## The folders of `src`')
  for (const folder of folders) expect(rows).toMatch(new RegExp(`^\\| .*\`${folder}\`.*\\|`, 'm'))
  const named = [...page.matchAll(/`((?:src|test)\/[^`]+)`/g)].map(([, path]) => path!)
  expect(named.filter((path) => !existsSync(join(root, path)))).toEqual([])
})

test('its picture names modules that are there', () => {
  const [, picture = ''] = /```mermaid\n([\s\S]*?)```/.exec(read('docs/architecture.md')) ?? []
  const modules = [...picture.matchAll(/\b([a-z-]+)\/([a-z-]+(?:\/[a-z-]+)?)/g)].filter(([, folder]) =>
    folders.includes(folder!),
  )
  expect(modules.length).toBeGreaterThan(20)
  const missing = modules
    .map(([path]) => path)
    .filter((path) => !['', '.ts', '.tsx'].some((ending) => existsSync(join(root, 'src', path + ending))))
  expect(missing).toEqual([])
})

test('CONTRIBUTING names each folder of the project', () => {
  const page = read('CONTRIBUTING.md')
  const unnamed = folders.filter((folder) => !page.includes(`\`src/${folder}\``))
  expect(unnamed).toEqual([])
})
