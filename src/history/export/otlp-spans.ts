import type { CheckLine, EventLine, RecordLine, TaskLine } from '../../run/model.ts'
import { placeOf } from '../../run/record-text.ts'
import { traceOf } from '../../run/trace-context.ts'
import { attributes, failed, idOf, type KeyValue, kinds, nanoseconds, type Span, type SpanLink } from './otlp-json.ts'

/** What is stored of an attempt. */
export type Own = TaskLine | EventLine | RecordLine | CheckLine

/** The span that those of an attempt belong to, and when the attempt began. */
interface Parent {
  traceId: string
  spanId: string
  begun: number
}

type Moved = EventLine & { kind: 'produced' | 'received'; topic: string; partition: number; firstOffset: number }

/** The spans of an attempt: its tasks, its checks, and each record that was produced or received. */
export function spansOf(own: readonly Own[], parent: Parent): Span[] {
  const records = own.filter((line) => line.type === 'record')
  const moves = own.filter((line): line is Moved => line.type === 'event' && isMove(line))
  const tasks = own.filter((line) => line.type === 'task')
  const ends = new Map(tasks.map((task) => [task.id, task.at + task.duration]))
  const told = new Set(moves.flatMap((move) => records.filter((record) => isOf(record, move))))
  return [
    ...tasks.map((task) => taskSpan(task, parent)),
    ...own.filter((line) => line.type === 'check').map((check, index) => checkSpan(check, index, parent)),
    ...moves.map((move, index) => moveSpan(move, index, records, parent)),
    // What the cluster didn't tell of, as a real one doesn't.
    ...records
      .filter((record) => !told.has(record))
      .map((record, index) => recordSpan(record, index, ends.get(record.task ?? '') ?? 0, parent)),
  ]
}

/** What the cluster told beside: groups, commits, topics. */
export function eventsOf(own: readonly Own[], begun: number): NonNullable<Span['events']> {
  return own
    .filter((line): line is EventLine => line.type === 'event' && !isMove(line))
    .map(({ at, kind, topic, partition, group, by, detail }) => ({
      timeUnixNano: nanoseconds(begun + at),
      name: kind,
      attributes: attributes({
        'messaging.destination.name': topic,
        'messaging.destination.partition.id': partition?.toString(),
        'messaging.consumer.group.name': group,
        'messaging.client.id': clientOf(by),
        'kafka_testkit.detail': detail,
      }),
    }))
}

function isMove({ kind, topic, firstOffset }: EventLine): boolean {
  return (kind === 'produced' || kind === 'received') && topic !== null && firstOffset !== null
}

function isOf(record: RecordLine, { kind, topic, partition, firstOffset, lastOffset }: Moved): boolean {
  const isThere = record.topic === topic && record.partition === partition && record.direction === kind
  return isThere && record.offset >= firstOffset && record.offset <= (lastOffset ?? firstOffset)
}

function span(
  { traceId, spanId, begun }: Parent,
  {
    id,
    at,
    duration = 0,
    ...rest
  }: Pick<Span, 'name' | 'kind' | 'attributes'> & Partial<Span> & { id: string; at: number; duration?: number },
): Span {
  const [startTimeUnixNano, endTimeUnixNano] = [nanoseconds(begun + at), nanoseconds(begun + at + duration)]
  return { traceId, spanId: id, parentSpanId: spanId, startTimeUnixNano, endTimeUnixNano, ...rest }
}

const types: Partial<Record<TaskLine['kind'], 'send' | 'receive'>> = {
  produce: 'send',
  receive: 'receive',
  consume: 'receive',
  records: 'receive',
}

function taskId({ traceId, spanId }: Parent, task: string): string {
  return idOf(16, traceId, spanId, 'task', task)
}

function taskSpan({ id, kind, topic, group, at, duration, status, error, records }: TaskLine, parent: Parent): Span {
  return span(parent, {
    id: taskId(parent, id),
    at,
    duration,
    name: `${kind} ${topic}`,
    kind: kind === 'produce' ? kinds.producer : kinds.client,
    attributes: messaging({
      'messaging.operation.name': kind,
      'messaging.operation.type': types[kind],
      'messaging.destination.name': topic,
      'messaging.consumer.group.name': group,
      'messaging.batch.message_count': types[kind] && records,
      'error.type': error?.name,
    }),
    ...(status === 'failed' && { status: failed(error?.message ?? '') }),
  })
}

function checkSpan(check: CheckLine, index: number, parent: Parent): Span {
  const { subject, negated, matcher, verdict, at, duration, message, closest, notes = [] } = check
  return span(parent, {
    id: idOf(16, parent.traceId, parent.spanId, 'check', index),
    at,
    duration,
    kind: kinds.internal,
    name: `expect(${subject}).${negated ? 'not.' : ''}${matcher}`,
    attributes: attributes({
      'kafka_testkit.check.verdict': verdict,
      'kafka_testkit.check.closest': closest,
      'kafka_testkit.check.not_known': notes.length === 0 ? null : notes.join('\n'),
    }),
    ...(verdict === 'failed' && { status: failed(message ?? '') }),
  })
}

/** Records that were produced or received at once; of one alone what is stored of it. */
function moveSpan(move: Moved, index: number, all: readonly RecordLine[], parent: Parent): Span {
  const { kind, topic, partition, firstOffset, lastOffset, bytes, by, at } = move
  const own = all.filter((record) => isOf(record, move))
  // What the test's own tasks stored of a record tells it too where somebody else received it.
  const known = own.length > 0 ? own : all.filter((record) => isOf({ ...record, direction: kind }, move))
  const count = (lastOffset ?? firstOffset) - firstOffset + 1
  const [only] = count === 1 ? known : []
  const task = own.find((record) => record.task !== null)?.task
  return span(task ? { ...parent, spanId: taskId(parent, task) } : parent, {
    id: idOf(16, parent.traceId, parent.spanId, 'move', index),
    at,
    ...nameOf(kind, topic),
    attributes: messaging({
      ...operationOf(kind),
      'messaging.destination.name': topic,
      'messaging.destination.partition.id': String(partition),
      'messaging.client.id': clientOf(by),
      'messaging.batch.message_count': count > 1 ? count : null,
      'messaging.message.envelope.size': count > 1 ? null : bytes,
      'kafka.offset': firstOffset,
      ...(only && contentOf(only)),
    }),
    links: linksOf(known),
  })
}

function recordSpan(record: RecordLine, index: number, at: number, parent: Parent): Span {
  const { topic, partition, offset, direction, task } = record
  return span(task === null ? parent : { ...parent, spanId: taskId(parent, task) }, {
    id: idOf(16, parent.traceId, parent.spanId, 'record', index),
    at,
    ...nameOf(direction, topic),
    attributes: messaging({
      ...operationOf(direction),
      'messaging.destination.name': topic,
      'messaging.destination.partition.id': String(partition),
      'kafka.offset': offset,
      ...contentOf(record),
    }),
    links: linksOf([record]),
  })
}

function nameOf(kind: RecordLine['direction'], topic: string): { name: string; kind: number } {
  return kind === 'produced'
    ? { name: `send ${topic}`, kind: kinds.producer }
    : { name: `receive ${topic}`, kind: kinds.client }
}

function operationOf(kind: RecordLine['direction']): Record<string, string> {
  const operation = kind === 'produced' ? 'send' : 'receive'
  return { 'messaging.operation.name': operation, 'messaging.operation.type': operation }
}

/** A key that is text, as far as it may be shown. A value has no place in the conventions. */
function contentOf({ key, value, sizes }: RecordLine): Record<string, string | number | true | null> {
  return {
    'kafka.message.key': key?.encoding === 'utf8' ? key.data : null,
    'kafka.message.tombstone': value === null ? true : null,
    'messaging.message.body.size': sizes.value,
  }
}

function messaging(values: Parameters<typeof attributes>[0]): KeyValue[] {
  return attributes({ 'messaging.system.name': 'kafka', ...values })
}

/** To the spans in which records were made, as their `traceparent` says, each once. */
function linksOf(records: readonly RecordLine[]): SpanLink[] {
  const links = records.flatMap((record) => {
    const trace = traceOf(record)
    return trace === undefined ? [] : { ...trace, attributes: attributes({ 'kafka_testkit.record': placeOf(record) }) }
  })
  return [...new Map(links.map((link) => [`${link.traceId} ${link.spanId}`, link])).values()]
}

/** "client order-service-1", as events have it. */
function clientOf(by: string | null): string | null {
  return by?.startsWith('client ') ? by.slice('client '.length) : null
}
