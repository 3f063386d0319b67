import type { VNode } from 'preact'
import { useMemo } from 'preact/hooks'
import type { TestLine } from '../../run/model.ts'
import { type Asked, findRecords, type Row, rowsOf } from '../data/find.ts'
import { shortText } from '../data/preview-text.ts'
import { placeOf, type RunData } from '../data/run-data.ts'
import { duration, number, plural } from '../format.ts'
import { Status, statusOf } from '../parts/status.tsx'
import { chosenTab, Tabs } from '../parts/tabs.tsx'
import { Unpacked } from '../parts/unpacked.tsx'
import { VirtualList } from '../parts/virtual-list.tsx'
import { href, route, setQuery } from '../route.ts'

const ROW = 40
/** How many records a search shows. */
const RECORDS = 20

const sorts = [
  ['file', 'By file'],
  ['slow', 'Slowest first'],
] as const

/** The tests of the run, and the records that a search finds. */
export function TestList({ data }: { data: RunData }): VNode {
  const { query } = route.value
  const asked: Asked = { text: query.get('q') ?? '', status: query.get('status') ?? '', sort: chosenTab('sort', sorts) }
  const key = JSON.stringify(asked)
  const rows = useMemo(() => rowsOf(data, asked), [data, key])
  const slowest = useMemo(() => data.tests.reduce((most, test) => Math.max(most, test.duration), 0), [data])
  const found = rows.filter(({ kind }) => kind === 'test').length
  return (
    <section aria-label="Tests">
      <search class="tools">
        <input
          type="search"
          value={asked.text}
          placeholder="Tests, files, or a piece of a record"
          aria-label="Search tests, files and records"
          // So that records are there when the first letter is.
          onFocus={() => void data.packed?.open()}
          onInput={(event) => setQuery({ q: event.currentTarget.value })}
        />
        <Tabs name="sort" label="Order of the tests" tabs={sorts} chosen={asked.sort} />
      </search>
      {asked.text.trim() !== '' && (
        <Unpacked data={data} what="the records">
          {() => <Records data={data} text={asked.text.trim()} />}
        </Unpacked>
      )}
      <p class="count" aria-live="polite">
        {found === data.tests.length
          ? plural(found, 'test')
          : `${number(found)} of ${plural(data.tests.length, 'test')}`}
        {asked.status !== '' && ` · ${asked.status} only`}
        {found < data.tests.length && <a href={href([])}>Show all</a>}
      </p>
      {found === 0 ? (
        <p class="note">No test of this run is that, or has that in its name.</p>
      ) : (
        <VirtualList
          items={rows}
          rowHeight={ROW}
          label="Tests"
          row={(row) => <ListRow row={row} slowest={slowest} sort={asked.sort} />}
        />
      )}
    </section>
  )
}

function ListRow({ row, slowest, sort }: { row: Row; slowest: number; sort: string }): VNode {
  if (row.kind === 'test') return <TestRow test={row.test} slowest={slowest} withFile={sort === 'slow'} />
  return (
    <div class="row file">
      <span class="name" title={row.file}>
        <bdi>{row.file}</bdi>
      </span>
      <span class="side">
        {row.failed > 0 && <span class="bad">{number(row.failed)} failed of </span>}
        {plural(row.tests, 'test')}
      </span>
      <span class="took">{duration(row.duration)}</span>
    </div>
  )
}

function TestRow({ test, slowest, withFile }: { test: TestLine; slowest: number; withFile: boolean }): VNode {
  const { recordsProduced: produced, recordsReceived: received } = test.metrics
  return (
    <a class="row test" data-row href={href(['test', test.id])}>
      <Status of={statusOf(test)} />
      <span class="name" title={test.name}>
        <bdi>{test.name}</bdi>
        {withFile && <small>{test.file}</small>}
      </span>
      <span class="side">
        {produced + received > 0 && (
          <span title={`${plural(produced, 'record')} produced, ${number(received)} received`}>
            {number(produced)} → {number(received)}
          </span>
        )}
      </span>
      <span class="length" aria-hidden="true">
        <i style={{ width: `${slowest === 0 ? 0 : Math.max(1, (100 * test.duration) / slowest)}%` }} />
      </span>
      <span class="took">{test.status === 'skipped' ? '' : duration(test.duration)}</span>
    </a>
  )
}

function Records({ data, text }: { data: RunData; text: string }): VNode | null {
  const found = useMemo(() => findRecords(data, text, RECORDS + 1), [data, text])
  if (found.length === 0) return null
  return (
    <div class="found">
      <h2>
        {found.length > RECORDS
          ? `More than ${RECORDS} records have it; the first`
          : `${plural(found.length, 'record')}`}
      </h2>
      <ul class="records">
        {found.slice(0, RECORDS).map(({ test, record }) => (
          <li key={`${test.id} ${record.attempt} ${placeOf(record)}`}>
            <a
              href={href(['record', test.id, record.topic, record.partition, record.offset], {
                attempt: record.attempt || undefined,
              })}
            >
              <code>{placeOf(record)}</code>
              <span class="key">{shortText(record.key, 'no key')}</span>
              <span class="value">{shortText(record.value, 'tombstone')}</span>
            </a>
            <small>{test.name}</small>
          </li>
        ))}
      </ul>
    </div>
  )
}
