import { readFileSync } from 'node:fs'
import { resolve } from 'node:path'
import { pathToFileURL } from 'node:url'
import { resolveRedact } from '../config/redact.ts'
import type { RedactConfig, RedactOptions } from '../redaction/options.ts'
import { hidesAllOf, REDACTED, type RecordPart } from '../redaction/redaction.ts'
import { compileRules } from '../redaction/rules.ts'
import { table } from './text.ts'

interface RedactTryOptions {
  /** A value: JSON or text. */
  try: string
  /** A file of rules, or of a config that has them. */
  rules?: string
  preset?: string[]
  topic: string
  direction: RecordPart['direction']
  target: RecordPart['target']
  name?: string
}

/**
 * `kafka-testkit redact --try`: what rules leave of a value, and which of them hid what.
 *
 * @throws Error when there are no rules, or a file can't be read.
 */
export async function tryRedaction(options: RedactTryOptions): Promise<void> {
  const { topic, direction, target, name } = options
  const config = await configOf(options)
  // The newline at a file's end is none of the value.
  const bytes = Buffer.from(readFileSync(options.try, 'utf8').trimEnd())
  const place: RecordPart = { topic, direction, target, ...(name !== undefined && { name }) }
  if (hidesAllOf(place, config)) {
    console.log(`${REDACTED}\n\nRecord data is redacted: rules have nothing left to hide.`)
    return
  }
  const shown = compileRules(config).bytes(bytes, place) ?? bytes.toString()
  const rows = shown === REDACTED ? [] : changesOf(bytes, config, place)
  const summary =
    shown === REDACTED
      ? 'It is hidden whole: all of it was selected, or a rule can not look into it.'
      : 'Nothing of it is selected by a rule.'
  console.log(`${shown}\n\n${rows.length === 0 ? summary : table(rows)}`)
}

async function configOf({ rules: file, preset }: RedactTryOptions): Promise<RedactConfig> {
  const written = file === undefined ? {} : await readRules(file)
  const redact = { ...written, presets: [...(written.presets ?? []), ...(preset ?? [])] } as RedactOptions
  const config = resolveRedact(file ?? 'redact', redact, undefined)
  if (config.rules.length === 0 && !config.hideByDefault && !config.records) {
    throw new Error('there are no rules to try: name a file with --rules, or a preset with --preset pci,gdpr')
  }
  return config
}

/** A list of rules, what a config has at `redact`, or the config itself; as JSON or as a module's default export. */
async function readRules(file: string): Promise<RedactOptions> {
  const path = resolve(file)
  const content: unknown = path.endsWith('.json')
    ? JSON.parse(readFileSync(path, 'utf8'))
    : ((await import(pathToFileURL(path).href)) as { default?: unknown }).default
  if (Array.isArray(content)) return { rules: content }
  if (typeof content !== 'object' || content === null)
    throw new Error(`${file} has no rules: a list, or an object as \`redact\` in the config, is wanted`)
  const { redact = content } = content as { redact?: RedactOptions | 'all' }
  return redact === 'all' ? { records: true, checks: true } : (redact as RedactOptions)
}

/** What each rule by itself does to the value: where, to what it becomes, and which rule it was. */
function changesOf(bytes: Buffer, config: RedactConfig, place: RecordPart): string[][] {
  const before = parse(bytes)
  const leaves = [...leavesOf(before, '$')]
  return config.rules.flatMap((rule) => {
    const alone = compileRules({ ...config, rules: [rule], hideByDefault: false })
    const after = alone.bytes(bytes, place)
    if (after === undefined) return []
    const left = new Map(leavesOf(parse(Buffer.from(after)), '$'))
    return leaves
      .filter(([path, text]) => left.get(path) !== text)
      .map(([path]) => [path, left.get(path) ?? 'gone', describeRule(rule)])
  })
}

function parse(bytes: Buffer): unknown {
  try {
    return JSON.parse(bytes.toString())
  } catch {
    return bytes.toString()
  }
}

function* leavesOf(value: unknown, path: string): Iterable<[string, string]> {
  if (typeof value !== 'object' || value === null) {
    yield [path, JSON.stringify(value)]
    return
  }
  for (const [name, one] of Object.entries(value)) {
    yield* leavesOf(one, Array.isArray(value) ? `${path}[${name}]` : `${path}.${name}`)
  }
}

function describeRule({ select, action }: RedactConfig['rules'][number]): string {
  const what =
    select === null
      ? 'all'
      : Object.entries(select)
          .map(([kind, one]) => `${kind} ${String(one)}`)
          .join(', ')
  return `${what}: ${action.kind}`
}
