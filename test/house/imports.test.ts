import { readdirSync, readFileSync } from 'node:fs'
import { join, normalize } from 'node:path'
import { fileURLToPath } from 'node:url'
import { expect, test } from 'vitest'

const src = fileURLToPath(new URL('../../src', import.meta.url))

/**
 * Which folders of `src` each may import, types included. A row names only folders above it: so there is no circle.
 * Whoever needs another arrow asks first whether the thing is in the right folder.
 */
const mayImport: Record<string, readonly string[]> = {
  base: [],
  broker: ['base'],
  client: ['base', 'broker'],
  serdes: ['base'],
  redaction: ['base'],
  config: ['base', 'broker', 'redaction'],
  cluster: ['base', 'broker', 'client', 'config'],
  run: ['base', 'redaction', 'cluster'],
  kafka: ['base', 'broker', 'client', 'serdes', 'redaction', 'config', 'cluster', 'run'],
  matchers: ['base', 'redaction', 'config', 'cluster', 'run', 'kafka'],
  history: ['base', 'redaction', 'config', 'run'],
  viewer: ['history', 'run'],
  telemetry: ['base', 'config', 'run'],
  reporter: ['base', 'redaction', 'broker', 'config', 'cluster', 'run', 'history', 'telemetry'],
  vitest: ['redaction', 'config', 'cluster', 'run', 'kafka', 'matchers', 'reporter'],
  jest: ['base', 'redaction', 'config', 'cluster', 'run', 'kafka', 'matchers', 'reporter'],
  endpoint: ['base', 'redaction', 'run', 'history', 'telemetry'],
  cli: [
    'base',
    'broker',
    'redaction',
    'config',
    'cluster',
    'run',
    'kafka',
    'history',
    'telemetry',
    'reporter',
    'endpoint',
  ],
  index: ['serdes', 'redaction', 'config', 'cluster', 'kafka'],
}

const files = readdirSync(src, { recursive: true, encoding: 'utf8' }).filter((file) => /\.tsx?$/.test(file))
const folderOf = (file: string): string => file.split(/[\\/]/)[0]!.replace('.ts', '')

/** Every import of another folder of `src`: `from`, `import()`, and types by `import()`. */
const arrows = files.flatMap((file) => {
  const text = readFileSync(join(src, file), 'utf8')
  return [...text.matchAll(/(?:from|import)\s*\(?\s*'(\.[^']+)'/g)].flatMap(([, to]) => {
    const target = normalize(join(file, '..', to!))
    const outside = target.startsWith('..') || folderOf(target) === folderOf(file)
    return outside ? [] : [{ file, target, from: folderOf(file), to: folderOf(target) }]
  })
})

test('every folder has its row, and a row names folders above it', () => {
  const folders = Object.keys(mayImport)
  expect([...new Set(files.map(folderOf))].sort()).toEqual(folders.toSorted())
  const circles = folders.flatMap((folder, row) =>
    mayImport[folder]!.filter((other) => !folders.slice(0, row).includes(other)).map(
      (other) => `${folder} -> ${other}`,
    ),
  )
  expect(circles).toEqual([])
})

test('a folder imports what its row says', () => {
  const wrong = arrows.filter(({ from, to }) => !mayImport[from]!.includes(to))
  expect(wrong.map(({ file, target }) => `${file} -> ${target}`)).toEqual([])
})

test('what a row says is imported', () => {
  const unused = Object.entries(mayImport).flatMap(([from, row]) =>
    row.filter((to) => !arrows.some((arrow) => arrow.from === from && arrow.to === to)).map((to) => `${from} -> ${to}`),
  )
  expect(unused).toEqual([])
})

test('kafkajs is loaded in one place, when a test asks for a client of it', () => {
  const loading = files.filter((file) =>
    /(?<!import type [^']*)from 'kafkajs'|(?<!typeof )import\('kafkajs'\)|\)\('kafkajs'\)/.test(
      readFileSync(join(src, file), 'utf8'),
    ),
  )
  expect(loading).toEqual([join('kafka', 'kafkajs.ts')])
})
