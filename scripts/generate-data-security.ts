// Writes into docs/data-security.md what is stored, field by field, from the schema of the model.
import { readFileSync, writeFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { z } from 'zod'
import { lineSchema } from '../src/run/schema.ts'

interface Schema {
  type?: string | string[]
  const?: unknown
  properties?: Record<string, Schema>
  items?: Schema
  anyOf?: Schema[]
  description?: string
  redactedBy?: string[]
}

const page = fileURLToPath(new URL('../docs/data-security.md', import.meta.url))
const [begin, end] = ['<!-- generated: npm run generate:schema -->', '<!-- end of what is generated -->']

const titles: Record<string, string> = {
  run: 'Of the run, once',
  cluster: 'Of each cluster that tests ran on, when the run begins and with what was learnt of it at its end',
  test: 'Of each test',
  task: 'Of each task',
  event: 'Of each event that the cluster told',
  record: 'Of each record that a task produced or a task or check received, up to 200 an attempt',
  check: 'Of each check',
  error: 'Of each error outside of tests: an import, a hook of a suite, one that nobody caught',
  end: 'Of the run, at its end',
}

/** The page as it is to be. */
export function dataSecurityPage(): string {
  const text = readFileSync(page, 'utf8')
  const { oneOf } = z.toJSONSchema(lineSchema) as { oneOf: Schema[] }
  const tables = oneOf.map((line) => {
    const type = String(line.properties!.type!.const)
    const rows = Object.entries(line.properties!).flatMap(([name, schema]) => rowsOf(name, schema))
    return [
      `### ${titles[type]} (\`${type}\`)`,
      '',
      '| field | what it holds | redacted by |',
      '|---|---|---|',
      ...rows,
    ].join('\n')
  })
  return `${text.slice(0, text.indexOf(begin) + begin.length)}\n\n${tables.join('\n\n')}\n\n${text.slice(text.indexOf(end))}`
}

/** A row for a field that says what it holds, else one for each field in it. */
function rowsOf(path: string, schema: Schema): string[] {
  if (schema.const !== undefined && schema.description === undefined) return []
  const inner = schema.anyOf?.find(({ type }) => type !== 'null') ?? schema
  const rows = schema.description === undefined ? [] : [row(path, schema)]
  // What a preview is made of is said once, below.
  if (inner.properties?.encoding !== undefined) return rows
  if (inner.items !== undefined) return [...rows, ...rowsOf(`${path}[]`, inner.items)]
  return [...rows, ...Object.entries(inner.properties ?? {}).flatMap(([name, one]) => rowsOf(`${path}.${name}`, one))]
}

function row(path: string, { description, redactedBy = [] }: Schema): string {
  const by = redactedBy.map((one) => (one === 'records' ? 'record data' : 'check data')).join(', ')
  return `| \`${path}\` | ${description} | ${by} |`
}

if (import.meta.main) writeFileSync(page, dataSecurityPage())
