import { gzipSync } from 'node:zlib'
import { packageVersion } from '../../base/package.ts'
import type { Line } from '../../run/model.ts'
import type { FileHead, PageHead } from './page-head.ts'

/** What is to be said of the run beside its lines. */
export interface About {
  state: PageHead['state']
  damaged?: number
}

/** A run in blocks, each compressed, as base64. */
interface PackedRun {
  /** What the first page is drawn from: a head, and the lines that belong to no test's attempt. */
  index: string
  /** What tests did: unpacked when somebody looks. */
  parts: string[]
}

/** How much a part holds, unless one test did more (characters): a browser unpacks that between two frames or three. */
const PART = 1024 * 1024

/** Packs a run. One of more than `most` characters goes without what its passed tests did. */
export function packRun(lines: readonly Line[], { state, damaged = 0 }: About, most: number): PackedRun {
  const texts = lines.map((line) => JSON.stringify(line))
  const size = texts.reduce((sum, text) => sum + text.length, 0)
  const tests = lines.filter((line) => line.type === 'test')
  const leftOut = new Set(size > most ? tests.filter(({ status }) => status === 'passed').map(({ id }) => id) : [])
  const index: string[] = []
  const owned = new Map<string, string[]>(tests.map(({ id }) => [id, []]))
  const counts: FileHead['counts'] = {}
  for (const [at, line] of lines.entries()) {
    if ('test' in line && leftOut.has(line.test)) continue
    counts[line.type] = (counts[line.type] ?? 0) + 1
    if (!('test' in line)) index.push(texts[at]!)
    else if (owned.has(line.test)) owned.get(line.test)!.push(texts[at]!)
    else owned.set(line.test, [texts[at]!])
  }
  const parts = partsOf(owned)
  const head: FileHead = {
    type: 'page',
    version: packageVersion,
    state,
    madeAt: Date.now(),
    damaged,
    leftOut: leftOut.size,
    counts,
    parts: parts.map((part) => part.tests),
  }
  return { index: pack([JSON.stringify(head), ...index]), parts: parts.map(({ texts }) => pack(texts)) }
}

/** What tests did, test by test, in parts of about the same size. */
function partsOf(owned: ReadonlyMap<string, string[]>): { tests: number; texts: string[] }[] {
  const parts: { tests: number; texts: string[] }[] = []
  let [tests, size, texts]: [number, number, string[]] = [0, 0, []]
  const close = (): void => {
    parts.push({ tests, texts })
    ;[tests, size, texts] = [0, 0, []]
  }
  for (const own of owned.values()) {
    tests += 1
    for (const text of own) {
      size += text.length
      texts.push(text)
    }
    if (size >= PART) close()
  }
  if (texts.length > 0) close()
  return parts
}

function pack(texts: readonly string[]): string {
  return gzipSync(texts.join('\n')).toString('base64')
}
