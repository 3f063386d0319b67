import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'

export const root: string = fileURLToPath(new URL('../..', import.meta.url))

/** What readers read: the README and the pages of docs/, relative to the repo. */
export const pages: string[] = [
  'README.md',
  'CONTRIBUTING.md',
  ...readdirSync(join(root, 'docs'))
    .filter((name) => name.endsWith('.md'))
    .map((name) => `docs/${name}`),
]

/** A block of TypeScript in a page. */
export interface Block {
  /** `docs/tasks.md:12`, where it begins. */
  place: string
  code: string
}

export function readPage(page: string): string {
  return readFileSync(join(root, page), 'utf8').replaceAll('\r\n', '\n')
}

/** The blocks of a page that stand by themselves: they import what they use. The others only show a line or two. */
export function completeBlocks(page: string): Block[] {
  const text = readPage(page)
  return [...text.matchAll(/^```ts\n(.*?)^```$/gms)]
    .map(({ 1: code = '', index }) => ({ place: `${page}:${text.slice(0, index).split('\n').length + 1}`, code }))
    .filter(({ code }) => /^import /m.test(code))
}

export function isTestFile({ code }: Block): boolean {
  return /from '(kafka-testkit\/)?vitest'/.test(code) && /\btest(\.\w+)*\(/.test(code)
}

export function isJestTestFile({ code }: Block): boolean {
  return code.includes("from '@jest/globals'") && /\btest(\.\w+)*\(/.test(code)
}

export function isVitestConfig({ code }: Block): boolean {
  return code.includes("from 'kafka-testkit/vitest/config'")
}

/** Where a block lies for a reader, when that is below `src` and others import it: its first line says so. */
export function sourceFile({ code }: Block): string | undefined {
  return /^\/\/ (src\/\S+)\n/.exec(code)?.[1]
}
