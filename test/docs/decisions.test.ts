import { readdirSync, readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { expect, test } from 'vitest'

const folder = fileURLToPath(new URL('../../docs/decisions/', import.meta.url))
const read = (file: string): string => readFileSync(`${folder}${file}`, 'utf8')
const pages = readdirSync(folder).filter((file) => /^\d{4}-[a-z0-9-]+\.md$/.test(file))

test('the numbers of decisions have no gap', () => {
  expect(pages.map((page) => Number(page.slice(0, 4)))).toEqual(pages.map((_, index) => index + 1))
  expect(readdirSync(folder).filter((file) => !pages.includes(file))).toEqual(['README.md'])
})

test('their titles have one form, and the index lists each once', () => {
  const titled = pages.map((page) => {
    const [title = ''] = read(page).split('\n')
    expect(title).toMatch(new RegExp(`^# ${Number(page.slice(0, 4))}\\. \\S`))
    return `- [${title.slice(2)}](${page})`
  })
  const listed = read('README.md')
    .split('\n')
    .filter((line) => line.startsWith('- '))
  expect(listed.toSorted()).toEqual(titled.toSorted())
})
