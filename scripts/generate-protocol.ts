/**
 * Writes the wire protocol's tables and types from Kafka's own message definitions, which the kafka-clients jar carries
 * (`common/message/*.json`). Only facts are taken: names, types, versions, defaults.
 *
 * Kafka 4 dropped the oldest versions from its definitions (KIP-896), but librdkafka believes that a broker without
 * Produce 0 knows no compression. So each API is the union of two releases: 4.1.1 says what is new, 3.9.1 what was.
 *
 * usage: npm run generate:protocol
 */
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { execute } from './execute.ts'
import { readZip } from './zip.ts'

const releases = ['4.1.1', '3.9.1'] as const
const apis = [
  'Produce',
  'Fetch',
  'ListOffsets',
  'Metadata',
  'OffsetCommit',
  'OffsetFetch',
  'FindCoordinator',
  'JoinGroup',
  'Heartbeat',
  'LeaveGroup',
  'SyncGroup',
  'DescribeGroups',
  'ListGroups',
  'SaslHandshake',
  'ApiVersions',
  'CreateTopics',
  'DeleteTopics',
  'DeleteRecords',
  'InitProducerId',
  'OffsetForLeaderEpoch',
  'AddPartitionsToTxn',
  'AddOffsetsToTxn',
  'EndTxn',
  'WriteTxnMarkers',
  'TxnOffsetCommit',
  'DescribeConfigs',
  'AlterConfigs',
  'AlterReplicaLogDirs',
  'DescribeLogDirs',
  'SaslAuthenticate',
  'CreatePartitions',
  'DeleteGroups',
  'ElectLeaders',
  'IncrementalAlterConfigs',
  'AlterPartitionReassignments',
  'ListPartitionReassignments',
  'OffsetDelete',
  'DescribeClientQuotas',
  'AlterClientQuotas',
  'DescribeQuorum',
  'DescribeCluster',
  'DescribeProducers',
  'DescribeTransactions',
  'ListTransactions',
  'ConsumerGroupDescribe',
  'ListConfigResources',
  'DescribeTopicPartitions',
]
const data = ['ConsumerProtocolSubscription', 'ConsumerProtocolAssignment']

interface Definition {
  apiKey?: number
  name: string
  validVersions: string
  flexibleVersions: string
  fields: FieldDefinition[]
  commonStructs?: { name: string; versions: string; fields: FieldDefinition[] }[]
}
interface FieldDefinition {
  name: string
  type: string
  versions: string
  nullableVersions?: string
  taggedVersions?: string
  tag?: number
  default?: string | number | boolean
  fields?: FieldDefinition[]
  flexibleVersions?: string
}
type Range = readonly [number, number]

/** Stands for versions that are still to come; there are never as many. */
const latest = 32767
const none: Range = [1, 0]

function range(text: string | undefined): Range {
  if (text === undefined || text === 'none') return none
  const [low, high] = text.split(/[-+]/)
  if (text.endsWith('+')) return [Number(low), latest]
  return [Number(low), Number(high ?? low)]
}

/** The first of some versions; where there are none, one that never comes. */
const firstOf = (versions: string | undefined): number => (range(versions) === none ? latest : range(versions)[0])

async function definitions(release: string): Promise<(name: string) => Definition | undefined> {
  const folder = mkdtempSync(join(tmpdir(), 'kafka-clients-'))
  try {
    await execute('mvn', [
      '-q',
      '-B',
      'org.apache.maven.plugins:maven-dependency-plugin:3.8.1:copy',
      `-Dartifact=org.apache.kafka:kafka-clients:${release}`,
      `-DoutputDirectory=${folder}`,
    ])
    const files = readZip(readFileSync(join(folder, `kafka-clients-${release}.jar`)), /^common\/message\/.*\.json$/)
    return (name) => {
      const text = files.get(`common/message/${name}.json`)
      return text && (JSON.parse(text.toString('utf8').replaceAll(/^\s*\/\/.*$/gm, '')) as Definition)
    }
  } finally {
    rmSync(folder, { recursive: true, force: true })
  }
}

/** The union of two releases: fields by name, each with the widest range of versions. */
function mergeFields(newer: FieldDefinition[], older: FieldDefinition[]): FieldDefinition[] {
  const merged = newer.map((field) => {
    const old = older.find(({ name, type }) => name === field.name && type === field.type)
    if (old === undefined) return field
    const [low] = range(old.versions)
    const [newLow, newHigh] = range(field.versions)
    const nullable =
      old.nullableVersions !== undefined && field.nullableVersions !== undefined
        ? `${Math.min(range(old.nullableVersions)[0], range(field.nullableVersions)[0])}+`
        : (field.nullableVersions ?? old.nullableVersions)
    return {
      ...field,
      versions: newHigh === latest ? `${Math.min(low, newLow)}+` : `${Math.min(low, newLow)}-${newHigh}`,
      ...(nullable === undefined ? {} : { nullableVersions: nullable }),
      ...(field.fields === undefined ? {} : { fields: mergeFields(field.fields, old.fields ?? []) }),
    }
  })
  // What the newer release dropped goes where it stood: behind the field before it.
  older.forEach((field, index) => {
    if (newer.some(({ name }) => name === field.name)) return
    const before = older
      .slice(0, index)
      .reverse()
      .find(({ name }) => merged.some((m) => m.name === name))
    merged.splice(before === undefined ? 0 : merged.findIndex(({ name }) => name === before.name) + 1, 0, field)
  })
  return merged
}

/** What only the newer release has is taken from there. */
function merge(name: string, newer: Definition | undefined, older: Definition = newer!): Definition {
  if (newer === undefined) throw new Error(`kafka-clients ${releases[0]} has no definition of ${name}`)
  const [, high] = range(newer.validVersions)
  const [low] = range(older.validVersions)
  return {
    ...newer,
    validVersions: `${low}-${high}`,
    flexibleVersions: older.flexibleVersions === 'none' ? newer.flexibleVersions : older.flexibleVersions,
    fields: mergeFields(newer.fields, older.fields),
    commonStructs: (newer.commonStructs ?? []).map((struct) => ({
      ...struct,
      fields: mergeFields(struct.fields, older.commonStructs?.find(({ name }) => name === struct.name)?.fields ?? []),
    })),
  }
}

const lower = (name: string) => name[0]!.toLowerCase() + name.slice(1)

/** One field as a row: name, type, versions, nullable versions, tag, tagged versions, default, fields of a struct. */
function row(field: FieldDefinition, definition: Definition): unknown[] {
  const base = field.type.replace('[]', '')
  const struct = field.fields ?? definition.commonStructs?.find(({ name }) => name === base)?.fields
  const type = (field.type.startsWith('[]') ? '[]' : '') + (struct === undefined ? base : 'struct')
  const cells = [
    lower(field.name),
    type,
    ...range(field.versions),
    ...range(field.nullableVersions),
    field.tag ?? -1,
    firstOf(field.taggedVersions),
    defaultOf(field),
    struct?.map((inner) => row(inner, definition)) ?? null,
  ]
  if (field.flexibleVersions !== undefined) cells.push(1)
  return cells
}

function defaultOf(field: FieldDefinition): unknown {
  const value = field.default
  if (value === 'null') return null
  if (field.type === 'bool') return value === true || value === 'true'
  if (field.type === 'string') return value ?? ''
  if (/^u?int|^float/.test(field.type)) return Number(value ?? 0)
  return 0
}

/** TypeScript's type of a field; `structs` collects the interfaces on the way. */
function typeOf(field: FieldDefinition, prefix: string, definition: Definition, structs: Map<string, string>): string {
  const base = field.type.replace('[]', '')
  const struct = field.fields ?? definition.commonStructs?.find(({ name }) => name === base)?.fields
  let type = /^u?int|^float/.test(base)
    ? 'number'
    : base === 'bool'
      ? 'boolean'
      : base === 'bytes'
        ? 'Buffer'
        : base === 'records'
          ? 'Buffer | null'
          : base === 'string' || base === 'uuid'
            ? 'string'
            : ''
  if (struct !== undefined) {
    type = prefix + base
    if (!structs.has(type)) structs.set(type, interfaceOf(type, struct, prefix, definition, structs))
  }
  if (field.type.startsWith('[]')) type += '[]'
  const nullable = field.nullableVersions !== undefined && !type.endsWith('| null')
  return nullable ? `${type} | null` : type
}

function interfaceOf(
  name: string,
  fields: FieldDefinition[],
  prefix: string,
  definition: Definition,
  structs: Map<string, string>,
): string {
  const lines = fields.map((field) => `  ${lower(field.name)}: ${typeOf(field, prefix, definition, structs)}`)
  // The messages are reached by their API's name; only those of the consumer protocol stand for themselves.
  return `${data.includes(name) ? 'export ' : ''}interface ${name} {\n${lines.join('\n')}\n}\n`
}

const rows = (definition: Definition): Json => ({ json: definition.fields.map((field) => row(field, definition)) })

interface Json {
  json: unknown
}

/** Text where the rest is a literal: it is parsed when a message is first read or written, and most never are. */
function linesOf(tables: readonly unknown[][]): string {
  const cell = (value: unknown): string =>
    typeof value === 'object' ? `'${JSON.stringify((value as Json).json)}'` : JSON.stringify(value)
  return tables.map((cells) => `  [${cells.map(cell).join(',')}],`).join('\n')
}

const [newer, older] = await Promise.all(releases.map(definitions))
const structs = new Map<string, string>()
const tables: unknown[][] = []
const dataTables: unknown[][] = []
for (const name of apis) {
  const [request, response] = (['Request', 'Response'] as const).map((side) => {
    const definition = merge(name + side, newer!(name + side), older!(name + side))
    structs.set(name + side, interfaceOf(name + side, definition.fields, name + side, definition, structs))
    return definition
  })
  tables.push([
    name,
    request!.apiKey,
    ...range(request!.validVersions),
    firstOf(request!.flexibleVersions),
    rows(request!),
    rows(response!),
  ])
}
for (const name of data) {
  const definition = merge(name, newer!(name))
  structs.set(name, interfaceOf(name, definition.fields, name, definition, structs))
  dataTables.push([name, ...range(definition.validVersions), rows(definition)])
}

const banner = `// Generated by scripts/generate-protocol.ts from Apache Kafka's message definitions (${releases.join(', ')}). Don't edit.\n`
const out = fileURLToPath(new URL('../src/broker/protocol/', import.meta.url))
mkdirSync(out, { recursive: true })
writeFileSync(
  join(out, 'tables.gen.ts'),
  `${banner}
/** Name, key, lowest and highest version, first flexible version, and as JSON the fields of the request and of the response. */
export const apiTables: readonly (readonly [string, number, number, number, number, string, string])[] = [\n${linesOf(tables)}\n]
/** Name, lowest and highest version, and as JSON the fields. */
export const dataTables: readonly (readonly [string, number, number, string])[] = [\n${linesOf(dataTables)}\n]
`,
)
writeFileSync(
  join(out, 'messages.gen.ts'),
  `${banner}\n${[...structs.values()].join('\n')}\nexport interface Messages {\n${apis.map((name) => `  ${name}: { request: ${name}Request; response: ${name}Response }`).join('\n')}\n}\n`,
)
