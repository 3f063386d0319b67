import jsonSchema from '../../../schema/run.json' with { type: 'json' }
import type { Line } from '../model.ts'
import { REDACTED, type Switches } from './redaction.ts'
import { withoutSecrets } from './secrets.ts'

/** What of JSON Schema the model's has, and which switches take a field out. */
interface Schema {
  readonly type?: string | readonly string[]
  readonly const?: unknown
  readonly properties?: Readonly<Record<string, Schema>>
  readonly items?: Schema
  readonly anyOf?: readonly Schema[]
  readonly redactedBy?: readonly string[]
  /** A regular expression: what matches it is no data. */
  readonly kept?: string
}

const lines = new Map(
  (jsonSchema as unknown as { oneOf: Schema[] }).oneOf.map((schema) => [schema.properties?.type?.const, schema]),
)

interface Projection {
  switches: Switches
  secrets: readonly string[]
}

/**
 * The third layer, on the way out: of a line what the schema names, and of its texts what is no password, token or key.
 *
 * @throws TypeError for a line of a type that the schema doesn't know.
 */
export function projectLine<L extends Line>(line: L, secrets: readonly string[] = []): L {
  return project(line, schemaOf(line), { switches: { records: false, checks: false }, secrets }) as L
}

/**
 * A line without what the switches hide. It says so itself: previews by their encoding, the run's line by `redacted`.
 * What is redacted already stays so.
 *
 * @throws TypeError for a line of a type that the schema doesn't know.
 */
export function redactLine<L extends Line>(line: L, { records = false, checks = false }: Partial<Switches>): L {
  const shown = project(line, schemaOf(line), { switches: { records, checks }, secrets: [] }) as L
  if (shown.type === 'run') {
    const { redacted } = shown
    return { ...shown, redacted: { records: redacted.records || records, checks: redacted.checks || checks } }
  }
  return shown.type === 'check' && records ? { ...shown, paths: shown.paths.map(withoutNames) } : shown
}

/** The names of properties are data, those of headers are not. */
function withoutNames(path: string): string {
  const steps = path.split('.')
  return (steps[0] === 'headers' ? steps.slice(0, 2) : steps.slice(0, 1)).join('.')
}

function schemaOf({ type }: Line): Schema {
  const schema = lines.get(type)
  if (schema === undefined) throw new TypeError(`no line of a run has the type ${JSON.stringify(type)}`)
  return schema
}

function project(value: unknown, schema: Schema, projection: Projection): unknown {
  const { redactedBy, kept, anyOf, properties, items } = schema
  const { records, checks } = projection.switches
  if (value === null || value === undefined) return value
  if (kept !== undefined && typeof value === 'string' && new RegExp(kept).test(value)) return value
  if (redactedBy?.includes('checks') && checks) return isNullable(schema) ? null : REDACTED
  if (redactedBy?.includes('records') && records) return hidden(value)
  if (anyOf !== undefined) {
    const one = anyOf.find(({ type }) => type !== 'null')
    return one === undefined ? undefined : project(value, one, projection)
  }
  if (properties !== undefined) return projectObject(value, properties, projection)
  if (items !== undefined) return Array.isArray(value) ? value.map((one) => project(one, items, projection)) : []
  if (typeof value === 'string') return withoutSecrets(value, projection.secrets)
  return typeof value === 'number' || typeof value === 'boolean' ? value : undefined
}

function projectObject(
  value: unknown,
  properties: Readonly<Record<string, Schema>>,
  projection: Projection,
): Record<string, unknown> | undefined {
  if (typeof value !== 'object') return undefined
  const entries = Object.entries(properties)
    .filter(([name]) => Object.hasOwn(value as object, name))
    .map(([name, schema]) => [name, project((value as Record<string, unknown>)[name], schema, projection)])
  return Object.fromEntries(entries)
}

function isNullable({ type, anyOf }: Schema): boolean {
  return type?.includes('null') || anyOf?.some((one) => one.type === 'null') || false
}

/** A preview says how long it was. */
function hidden(value: unknown): unknown {
  if (typeof value !== 'object') return REDACTED
  const { bytes } = value as { bytes?: unknown }
  return { encoding: 'redacted', bytes: typeof bytes === 'number' ? bytes : 0, truncated: false, data: REDACTED }
}
