import type { ComponentChildren, VNode } from 'preact'
import type { RecordLine, TestLine } from '../../run/model.ts'
import { type Own, placeOf, type RunData } from '../data/run-data.ts'
import { stepsOf } from '../data/steps.ts'
import { bytes, duration, isoTime, number } from '../format.ts'
import { Time } from '../parts/time.tsx'
import { href } from '../route.ts'

interface Props {
  data: RunData
  test: TestLine
  record: RecordLine
  /** The same record, as each task that moved it has it. */
  same: readonly RecordLine[]
  own: Own
}

/** What is known of a record beside its data. */
export function Metadata({ data, test, record, same, own }: Props): VNode {
  const { topic, partition, offset, timestamp, sizes, serde, schemaId } = record
  const steps = stepsOf(own)
  const rows: [string, ComponentChildren][] = [
    ['Topic', topic],
    ['Partition', number(partition)],
    ['Offset', number(offset)],
    ['Timestamp', <Time key="time" at={timestamp} precise />],
    ['In UTC', isoTime(timestamp)],
    ['Key', `${bytes(sizes.key)}, read by the serde ${serde.key}`],
    ['Value', `${bytes(sizes.value)}, read by the serde ${serde.value}`],
    ['Headers', bytes(sizes.headers)],
    ['Schema', schemaId === null ? 'none' : `id ${schemaId} of the registry`],
    ['Cluster', data.run.cluster.kind],
  ]
  return (
    <>
      <table class="sheet">
        <tbody>
          {rows.map(([label, text]) => (
            <tr key={label}>
              <th scope="row">{label}</th>
              <td>{text}</td>
            </tr>
          ))}
        </tbody>
      </table>
      <h2>Who moved it</h2>
      <ul class="moves">
        {steps.map((step, index) => {
          const isEvent = step.type === 'event'
          const isThere = isEvent
            ? step.topic === topic && step.partition === partition && holds(step, offset)
            : step.type === 'task'
              ? same.some(({ task }) => task === step.id)
              : step.closest === placeOf(record)
          if (!isThere) return null
          const what = isEvent
            ? `${step.kind} by ${step.by ?? 'a client'}`
            : step.type === 'task'
              ? `${step.kind} of this test`
              : `the closest record of ${step.matcher}`
          return (
            <li key={`${step.type} ${step.at} ${what}`}>
              <span class="at">{duration(step.at)}</span>
              <a href={href(['test', test.id], { attempt: record.attempt || undefined, step: index })}>{what}</a>
            </li>
          )
        })}
      </ul>
    </>
  )
}

function holds(
  { firstOffset, lastOffset }: { firstOffset: number | null; lastOffset: number | null },
  offset: number,
): boolean {
  return firstOffset !== null && firstOffset <= offset && (lastOffset ?? firstOffset) >= offset
}
