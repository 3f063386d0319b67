import type { VNode } from 'preact'
import type { RecordLine, TestLine } from '../../run/model.ts'
import { asPattern, asProduceCall, isWhole } from '../data/code.ts'
import { attemptsOf } from '../data/find.ts'
import { placeOf, type RunData } from '../data/run-data.ts'
import { bytes, plural } from '../format.ts'
import { Causes } from '../parts/causes.tsx'
import { Copy } from '../parts/copy.tsx'
import { PreviewBox } from '../parts/preview-box.tsx'
import { recordHref } from '../parts/record-link.tsx'
import { chosenTab, Tabs } from '../parts/tabs.tsx'
import { href, route } from '../route.ts'
import { Metadata } from './metadata.tsx'

interface Props {
  data: RunData
  test: TestLine
  /** Topic, partition, offset. */
  place: readonly string[]
}

/** A record as a test saw it: data, headers and what is known of it. */
export function RecordPage({ data, test, place: [topic = '', partition = '', offset = ''] }: Props): VNode {
  const asked = route.value.query.get('attempt')
  const attempt = asked === null ? (attemptsOf(test)[0] ?? 0) : Number(asked)
  const own = data.own(test.id, attempt)
  const ofPartition = own.records
    .filter((record) => record.topic === topic && record.partition === Number(partition))
    .sort((a, b) => a.offset - b.offset)
  const same = ofPartition.filter((record) => record.offset === Number(offset))
  const [record] = same
  if (record === undefined) {
    return (
      <div class="empty">
        <h1>This record isn't stored</h1>
        <p>Of each attempt the first 200 records are kept, with what a service wrote only on the embedded broker.</p>
        <a href={href(['test', test.id])} data-go="up">
          To its test
        </a>
      </div>
    )
  }
  const [previous] = ofPartition.filter((one) => one.offset < record.offset).slice(-1)
  const next = ofPartition.find((one) => one.offset > record.offset)
  const tabs = [
    ['data', 'Data'],
    ['headers', `Headers (${record.headers.length})`],
    ['meta', 'Metadata'],
  ] as const
  const tab = chosenTab('tab', tabs)
  return (
    <>
      <div class="title">
        <nav class="crumbs" aria-label="Where this is">
          <a href={href([])}>Tests</a>
          <a href={href(['test', test.id], { attempt: attempt || undefined })} data-go="up">
            <bdi>{test.name}</bdi>
          </a>
          <span class="walk">
            <Walk where="prev" test={test} record={previous} />
            <Walk where="next" test={test} record={next} />
          </span>
        </nav>
        <h1>
          <code class="headline">{placeOf(record)}</code>
        </h1>
        <p class="byline">
          <span>{same.some(({ direction }) => direction === 'produced') ? 'produced' : 'received'}</span>
          <span>{bytes(record.sizes.key + record.sizes.value + record.sizes.headers)}</span>
          {canCopy(record) ? (
            <>
              <Copy text={asPattern(record)}>Copy as a check</Copy>
              <Copy text={asProduceCall(record)}>Copy as a produce call</Copy>
            </>
          ) : (
            <span>what is redacted or cut off can't be copied as code</span>
          )}
        </p>
        <Causes test={test} record={record} own={own} />
      </div>
      <Tabs name="tab" label="Of the record" tabs={tabs} chosen={tab}>
        {tab === 'data' && (
          <>
            <PreviewBox title="Key" preview={record.key} none="The record has no key." />
            <PreviewBox
              title="Value"
              preview={record.value}
              none="Tombstone: the value is null. Of a compacted topic it deletes its key."
            />
          </>
        )}
        {tab === 'headers' && <Headers record={record} />}
        {tab === 'meta' && <Metadata data={data} test={test} record={record} same={same} own={own} />}
      </Tabs>
    </>
  )
}

function canCopy({ key, value }: RecordLine): boolean {
  return [key, value].every((preview) => preview === null || isWhole(preview))
}

function Walk({ where, test, record }: { where: 'prev' | 'next'; test: TestLine; record?: RecordLine }): VNode {
  const label = where === 'prev' ? '‹ Previous' : 'Next ›'
  const title = `The ${where === 'prev' ? 'previous' : 'next'} stored record of the partition`
  return record === undefined ? (
    <span class="off">{label}</span>
  ) : (
    <a href={recordHref(test, record)} data-go={where} title={title}>
      {label}
    </a>
  )
}

function Headers({ record }: { record: RecordLine }): VNode {
  if (record.headers.length === 0) return <p class="note">The record has no headers.</p>
  return (
    <>
      <p class="count">{plural(record.headers.length, 'header')}</p>
      {record.headers.map(({ name, value }, index) => (
        <PreviewBox key={index} title={name} preview={value} none="null" isHeader />
      ))}
    </>
  )
}
