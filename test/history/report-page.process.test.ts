import { createHash } from 'node:crypto'
import { gzipSync } from 'node:zlib'
import { expect, test } from 'vitest'
import { reportPage } from '../../src/history/report/page.ts'
import type { Line } from '../../src/run/model.ts'
import { record, testLine } from '../browser/support/sample.ts'
import { endLine, runLine, testLines } from '../endpoint/support/run.ts'
import { blocksOf, linesOf } from '../support/report.ts'

const lines = (...tests: Line[][]): Line[] => [runLine(), ...tests.flat(), endLine(tests.flat())]

test('a page without its data is under 60 KB, as it is sent', () => {
  expect(gzipSync(reportPage([runLine()], { state: 'ended' }), { level: 9 }).length).toBeLessThan(60 * 1024)
})

test('the policy lets run what stands in the page, and nothing else', () => {
  const page = reportPage(lines(testLines('a test')), { state: 'ended' })
  const [, policy] = /Content-Security-Policy" content="([^"]*)"/.exec(page)!
  const hashes = [...page.matchAll(/<(?:style|script)>(.*?)<\/(?:style|script)>/gs)].map(
    ([, text]) => `'sha256-${createHash('sha256').update(text!).digest('base64')}'`,
  )
  const [style, script] = hashes
  expect(hashes).toHaveLength(2)
  expect(policy).toBe(
    `default-src 'none'; script-src ${script}; style-src ${style}; base-uri 'none'; form-action 'none'`,
  )
})

test('nothing of a run stands in the page as text', () => {
  const page = reportPage(lines(testLines('</script><b>a title', { data: '</script><b>a value' })), { state: 'lost' })
  expect(page).not.toContain('</script><b>')
  expect(linesOf(page)).toContainEqual(expect.objectContaining({ type: 'test', name: '</script><b>a title' }))
})

test('of a run that is too large what passed tests did is left out, and the page says so', () => {
  const run = lines(testLines('passed'), testLines('failed', { status: 'failed' }))
  const [head, ...rest] = linesOf(reportPage(run, { state: 'ended' }, 100))
  expect(head).toMatchObject({ type: 'page', leftOut: 1 })
  expect(rest.map(({ type }) => type)).toEqual(['run', 'test', 'test', 'end', 'task', 'event', 'record', 'check'])
})

test('what tests did lies in parts behind the index, each test in one of them; the head counts all', () => {
  const own = (id: string, records: number): Line[] => [
    testLine(id),
    ...Array.from({ length: records }, (_, offset) => record(id, offset)),
  ]
  // A record is about half a KiB; the last two tests did nothing.
  const tests = [own('a', 1500), own('b', 1500), own('c', 3000), own('d', 10), own('e', 0), own('f', 0)]
  const page = reportPage(lines(...tests), { state: 'ended' })
  const [index, ...parts] = blocksOf(page)
  expect(index!.map(({ type }) => type)).toEqual(['page', 'run', ...tests.map(() => 'test'), 'end'])
  expect(index![0]).toMatchObject({ counts: { run: 1, test: 6, record: 6010, end: 1 }, parts: [2, 1, 3] })
  const testsOf = (part: (typeof parts)[number]): string[] => [
    ...new Set(part.map((line) => ('test' in line ? line.test : ''))),
  ]
  expect(parts.map(testsOf)).toEqual([['a', 'b'], ['c'], ['d']])
  expect(parts.flat()).toEqual(tests.flat().filter(({ type }) => type === 'record'))
})
