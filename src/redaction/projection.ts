import jsonSchema from '../../schema/run.json' with { type: 'json' }
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

/** A schema as each value of a run is held against it. */
interface Field {
  readonly redactedBy: readonly string[]
  readonly kept: RegExp | undefined
  readonly isNullable: boolean
  /** What it is when it isn't null. */
  readonly only: Field | undefined
  readonly fields: readonly (readonly [name: string, field: Field])[] | undefined
  readonly items: Field | undefined
}

const lines = new Map(
  (jsonSchema as unknown as { oneOf: Schema[] }).oneOf.map((schema) => [
    schema.properties?.type?.const,
    compile(schema),
  ]),
)

/** Once, as there are thousands of lines in a run. */
function compile({ redactedBy = [], kept, type, anyOf, properties, items }: Schema): Field {
  const only = anyOf?.find((one) => one.type !== 'null')
  return {
    redactedBy,
    kept: kept === undefined ? undefined : new RegExp(kept),
    isNullable: type?.includes('null') || anyOf?.some((one) => one.type === 'null') || false,
    only: only && compile(only),
    fields: properties && Object.entries(properties).map(([name, schema]) => [name, compile(schema)]),
    items: items && compile(items),
  }
}

/** A line of a run. What else it has, the schema says. */
interface Line {
  type: string
  /** Of the run's own. */
  redacted?: Switches
  /** Of a check's. */
  paths?: string[]
}

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
  const { redacted, paths } = shown
  if (redacted !== undefined) {
    return { ...shown, redacted: { records: redacted.records || records, checks: redacted.checks || checks } }
  }
  return records && paths !== undefined ? { ...shown, paths: paths.map(withoutNames) } : shown
}

/** The names of properties are data, those of headers are not. */
function withoutNames(path: string): string {
  const steps = path.split('.')
  return (steps[0] === 'headers' ? steps.slice(0, 2) : steps.slice(0, 1)).join('.')
}

function schemaOf({ type }: Line): Field {
  const schema = lines.get(type)
  if (schema === undefined) throw new TypeError(`no line of a run has the type ${JSON.stringify(type)}`)
  return schema
}

function project(value: unknown, field: Field, projection: Projection): unknown {
  const { redactedBy, kept, only, fields, items } = field
  const { records, checks } = projection.switches
  if (value === null || value === undefined) return value
  if (kept !== undefined && typeof value === 'string' && kept.test(value)) return value
  if (checks && redactedBy.includes('checks')) return field.isNullable ? null : REDACTED
  if (records && redactedBy.includes('records')) return hidden(value)
  if (only !== undefined) return project(value, only, projection)
  if (fields !== undefined) return projectObject(value, fields, projection)
  if (items !== undefined) return Array.isArray(value) ? value.map((one) => project(one, items, projection)) : []
  if (typeof value === 'string') return withoutSecrets(value, projection.secrets)
  return typeof value === 'number' || typeof value === 'boolean' ? value : undefined
}

function projectObject(
  value: unknown,
  fields: NonNullable<Field['fields']>,
  projection: Projection,
): Record<string, unknown> | undefined {
  if (typeof value !== 'object') return undefined
  const shown: Record<string, unknown> = {}
  for (const [name, field] of fields) {
    if (!Object.hasOwn(value as object, name)) continue
    shown[name] = project((value as Record<string, unknown>)[name], field, projection)
  }
  return shown
}

/** A preview says how long it was. */
function hidden(value: unknown): unknown {
  if (typeof value !== 'object') return REDACTED
  const { bytes } = value as { bytes?: unknown }
  return { encoding: 'redacted', bytes: typeof bytes === 'number' ? bytes : 0, truncated: false, data: REDACTED }
}
