import type { VNode } from 'preact'
import { useMemo } from 'preact/hooks'
import schema from '../../../schema/run.json' with { type: 'json' }
import type { RunData } from '../data/run-data.ts'
import { bytes, number, plural, preciseTime } from '../format.ts'
import { Unpacked } from '../parts/unpacked.tsx'

/** What of JSON Schema the model's has. */
interface Schema {
  type?: string | string[]
  const?: unknown
  description?: string
  properties?: Record<string, Schema>
  items?: Schema
  anyOf?: Schema[]
  redactedBy?: string[]
}

const titles: Readonly<Record<string, string>> = {
  run: 'The run',
  cluster: 'Clusters that tests ran on',
  test: 'Tests, with attempts and errors',
  task: 'Tasks: what tests did',
  event: 'Events that the cluster told',
  record: 'Records, up to 200 of an attempt',
  check: 'Checks',
  error: 'Errors outside of tests',
  end: 'The end of the run',
}

/** What is stored of this run, field by field, and what of it is redacted. */
export function DataPage({ data, beside }: { data: RunData; beside?: VNode | undefined }): VNode {
  const { run, head } = data
  return (
    <>
      <div class="title">
        <h1>What is stored of this run</h1>
        <p class="byline">
          <span>Run {run.id}</span>
          {beside === undefined && <span>page made {preciseTime(head.madeAt)}</span>}
        </p>
      </div>
      {beside ?? <OfFile id={run.id} />}
      <Unpacked data={data} what="the records">
        {() => <Redacted data={data} />}
      </Unpacked>
      <p class="note">
        Never stored, redacted or not: passwords, tokens, private keys, credentials in URLs, environment variables, and
        of the config all but the fields below.
      </p>
      {(schema as unknown as { oneOf: Schema[] }).oneOf.map((line) => {
        const type = String(line.properties?.type?.const)
        return <Fields key={type} title={titles[type] ?? type} count={data.counts.get(type) ?? 0} line={line} />
      })}
    </>
  )
}

function OfFile({ id }: { id: string }): VNode {
  return (
    <p>
      This page holds what <code>.kafka-testkit</code> holds of the run, and nothing else. It makes no request. It goes
      when the run goes: <code>npx kafka-testkit history delete {id.slice(0, 13)}</code>.
    </p>
  )
}

/** What of the run is redacted, and how much that is. */
function Redacted({ data }: { data: RunData }): VNode {
  const { hidden, all, stored } = useMemo(() => redactedOf(data), [data])
  const { redacted } = data.run
  const how = (isAll: boolean): string => (isAll ? 'redacted in all tests' : 'stored, as rules and tests let it')
  const facts: [string, string][] = [
    ['Record data', how(redacted.records)],
    ['Check data', how(redacted.checks)],
    ['Redacted keys, values, headers', `${number(hidden)} of ${number(all)}`],
    ['Of them stored', bytes(stored)],
  ]
  return (
    <dl class="facts">
      {facts.map(([label, text]) => (
        <div key={label}>
          <dt>{label}</dt>
          <dd>{text}</dd>
        </div>
      ))}
    </dl>
  )
}

function Fields({ title, count, line }: { title: string; count: number; line: Schema }): VNode {
  return (
    <details class="card fields">
      <summary>
        <h2>{title}</h2>
        <span class="side">{plural(count, 'line')}</span>
      </summary>
      <table class="sheet">
        <thead>
          <tr>
            <th scope="col">Field</th>
            <th scope="col">What it holds</th>
            <th scope="col">Redacted with</th>
          </tr>
        </thead>
        <tbody>
          {fieldsOf(line, '').map(([name, { description, redactedBy = [] }]) => (
            <tr key={name}>
              <td>
                <code>{name}</code>
              </td>
              <td>{description}</td>
              <td>{redactedBy.map((what) => what.replace(/s$/, ' data')).join(', ')}</td>
            </tr>
          ))}
        </tbody>
      </table>
    </details>
  )
}

/** The fields that say what they hold, by their paths. */
function fieldsOf({ properties = {} }: Schema, prefix: string): [string, Schema][] {
  return Object.entries(properties).flatMap(([name, field]): [string, Schema][] => {
    const path = prefix + name
    if (field.description !== undefined) return [[path, field]]
    const only = field.anyOf?.find((one) => one.type !== 'null') ?? field
    return only.items === undefined ? fieldsOf(only, `${path}.`) : fieldsOf(only.items, `${path}[].`)
  })
}

/** How many keys, values and headers there are, and how many of them are redacted. */
function redactedOf({ tests, own }: RunData): { all: number; hidden: number; stored: number } {
  const sum = { all: 0, hidden: 0, stored: 0 }
  for (const { id, attempts } of tests) {
    for (const { attempt } of attempts) {
      for (const { key, value, headers } of own(id, attempt).records) {
        for (const preview of [key, value, ...headers.map((header) => header.value)]) {
          if (preview === null) continue
          sum.all += 1
          if (preview.encoding === 'redacted') sum.hidden += 1
          else sum.stored += preview.data.length
        }
      }
    }
  }
  return sum
}
