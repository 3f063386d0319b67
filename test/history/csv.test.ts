import { expect, test } from 'vitest'
import { toCsv } from '../../src/history/export/csv.ts'
import { endLine, runLine, testLines } from '../endpoint/support/run.ts'

test('a cell keeps commas, quotes and lines, and calculates nothing', () => {
  const lines = [
    ...testLines('a, "b"', { status: 'failed', data: 'one\ntwo' }),
    ...testLines('=HYPERLINK("x")'),
    ...testLines('@sum'),
  ]
  const [head, ...rows] = toCsv([runLine(), ...lines, endLine(lines)]).split('\r\n')
  expect(head).toBe('project,file,test,status,flaky,retries,started,milliseconds,error,not known')
  expect(rows[0]).toMatch(/^,test\/orders\.test\.ts,"a, ""b""",failed,.*,"AssertionError: expected one\ntwo",$/s)
  expect(rows[1]).toContain(`,"'=HYPERLINK(""x"")",passed,`)
  expect(rows[2]).toContain(",'@sum,passed,")
})
