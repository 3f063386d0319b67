import type { RecordLine, TestLine } from '../../run/model.ts'
import { recordHas } from './preview-text.ts'
import { hasFailed, placeOf, type RunData } from './run-data.ts'

/** What of a run the address asks for. */
export interface Asked {
  text: string
  /** `failed`, `flaky`, `passed`, `skipped`; '' is all. */
  status: string
  sort: string
}

/** A row of the list: a file, or a test of it. */
export type Row = { kind: 'file'; file: string; tests: number; failed: number; duration: number } | TestRow
interface TestRow {
  kind: 'test'
  test: TestLine
}

/** The rows that are asked for: by file, those with failures first, or the slowest first. */
export function rowsOf({ tests }: RunData, asked: Asked): Row[] {
  const text = asked.text.toLowerCase()
  const found = tests.filter((test) => isOf(test, asked.status) && has(test, text))
  if (asked.sort === 'slow') return found.toSorted((a, b) => b.duration - a.duration).map(row)
  const files = [...Map.groupBy(found, fileOf)].map(([file, own]) => ({
    file,
    own,
    failed: own.filter(hasFailed).length,
  }))
  return files
    .sort((a, b) => Number(b.failed > 0) - Number(a.failed > 0))
    .flatMap(({ file, own, failed }): Row[] => {
      const duration = own.reduce((sum, test) => sum + test.duration, 0)
      return [{ kind: 'file', file, tests: own.length, failed, duration }, ...own.map(row)]
    })
}

function row(test: TestLine): TestRow {
  return { kind: 'test', test }
}

function fileOf({ project, file }: TestLine): string {
  return project === '' ? file : `|${project}| ${file}`
}

function isOf(test: TestLine, status: string): boolean {
  if (status === '') return true
  if (status === 'failed') return hasFailed(test)
  return status === 'flaky' ? test.flaky : test.status === status && !test.flaky
}

function has({ name, file }: TestLine, lowerCase: string): boolean {
  return lowerCase === '' || name.toLowerCase().includes(lowerCase) || file.toLowerCase().includes(lowerCase)
}

/** Records that have a piece of text in key, value, headers or place, each once; not more than so many. */
export function findRecords(data: RunData, text: string, most: number): { test: TestLine; record: RecordLine }[] {
  const found: { test: TestLine; record: RecordLine }[] = []
  const lowerCase = text.toLowerCase()
  if (lowerCase === '') return found
  for (const test of data.tests) {
    for (const attempt of attemptsOf(test)) {
      const places = new Set<string>()
      for (const record of data.own(test.id, attempt).records) {
        const place = placeOf(record)
        if (places.has(place) || !(place.toLowerCase().includes(lowerCase) || recordHas(record, lowerCase))) continue
        places.add(place)
        found.push({ test, record })
        if (found.length >= most) return found
      }
    }
  }
  return found
}

/** The numbers of its attempts; a test that was not tried has none of its own. */
export function attemptsOf({ attempts }: TestLine): number[] {
  return attempts.length === 0 ? [0] : attempts.map(({ attempt }) => attempt)
}
