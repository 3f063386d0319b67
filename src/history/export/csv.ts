import type { Line } from '../../run/model.ts'
import { type Case, casesOf } from './cases.ts'
import { csvText } from './csv-text.ts'

const columns: readonly (readonly [name: string, value: (one: Case) => string | number | null])[] = [
  ['project', ({ project }) => project],
  ['file', ({ file }) => file],
  ['test', ({ path }) => path],
  ['status', ({ status }) => status],
  ['flaky', ({ flaky }) => String(flaky)],
  ['retries', ({ retries }) => retries],
  ['started', ({ startedAt }) => (startedAt === null ? null : new Date(startedAt).toISOString())],
  ['milliseconds', ({ startedAt, duration }) => (startedAt === null ? null : Math.round(duration))],
  [
    'error',
    ({ failures }) =>
      failures
        .at(-1)
        ?.map(({ name, message }) => `${name}: ${message}`)
        .join('\n') ?? null,
  ],
  ['not known', ({ notes }) => notes.join('\n')],
]

/** A row for each test, with a head (RFC 4180). */
export function toCsv(lines: readonly Line[]): string {
  const head = columns.map(([name]) => name)
  const rows = casesOf(lines).map((one) => columns.map(([, value]) => value(one)))
  return csvText([head, ...rows])
}
