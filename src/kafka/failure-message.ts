import { createRequire } from 'node:module'
import type { Shown } from '../redaction/shown.ts'
import { plainText } from './plain-text.ts'

/** How a message shows differences: the runner's own means inside of a matcher, so that it has the runner's colours. */
export interface Printer {
  /** The differences of two texts line by line. */
  diff(expected: string, received: string): string | null | undefined
  EXPECTED_COLOR(text: string): string
  RECEIVED_COLOR(text: string): string
  DIM_COLOR(text: string): string
}

/** A line of a message, or several under one label. */
export type Fact = [label: string, text: string | readonly string[]]

/** What every failure message is made of; what isn't there isn't printed. */
export interface Report {
  /** "expect(topic).toReceiveRecord(expected) failed" */
  title: string
  /** "Topic", "Expected", "Received", "Timeout": aligned below each other. */
  facts: readonly Fact[]
  closest?: { where: string; diff: string } | undefined
  timeline?: readonly string[] | undefined
  /** What caused it, or what helps. */
  hints?: readonly string[] | undefined
}

/** The one shape of all messages. */
export function formatReport({ title, facts, closest, timeline, hints = [] }: Report, printer: Printer): string {
  const width = Math.max(...facts.map(([label]) => label.length)) + 3
  const parts = [title, facts.map((fact) => formatFact(fact, width, printer)).join('\n')]
  if (closest !== undefined) parts.push(`Closest record: ${closest.where}\n${closest.diff}`)
  const last: string[] = []
  if (timeline !== undefined && timeline.length > 0) {
    last.push('Timeline', ...timeline.map((line) => printer.DIM_COLOR(line)))
  }
  last.push(...hints.map((hint) => `Hint: ${hint}`))
  if (last.length > 0) parts.push(last.join('\n'))
  return parts.join('\n\n')
}

function formatFact([label, text]: Fact, width: number, printer: Printer): string {
  const colour = label === 'Expected' ? printer.EXPECTED_COLOR : label === 'Received' ? printer.RECEIVED_COLOR : plain
  const lines = [text].flat().map((line) => colour(line))
  return `${label}:`.padEnd(width) + lines.join(`\n${' '.repeat(width)}`)
}

type PrettyFormat = typeof import('pretty-format')
let prettyFormat: PrettyFormat | undefined

/** Characters of a value that a message shows on one line. */
const SHOWN = 1000

/** A value on one line. */
export function stringify(value: Shown): string {
  const text = plainText(value) ?? format(value, { min: true })
  return text.length > SHOWN ? `${text.slice(0, SHOWN)}… (${text.length - SHOWN} more characters)` : text
}

/** Two values line by line. Each runner would print them its own way, texts they show alike. */
export function diffValues(expected: Shown, received: Shown, printer: Printer): string {
  const [a, b] = [expected, received].map((value) => format(value, { printBasicPrototype: false })) as [string, string]
  return (a === b ? undefined : printer.diff(a, b)) ?? b
}

/** A value as either runner writes it into a snapshot, where no format of its own is configured. */
export function snapshotText(value: unknown): string {
  return format(value, { printBasicPrototype: false, escapeString: false, escapeRegex: true })
}

interface FormatOptions {
  min?: boolean
  printBasicPrototype?: boolean
  escapeString?: boolean
  escapeRegex?: boolean
}

/** Loaded (8 ms) when something has to be shown that isn't plain. */
function format(value: unknown, options: FormatOptions): string {
  prettyFormat ??= createRequire(import.meta.url)('pretty-format') as PrettyFormat
  return prettyFormat.format(value, { ...options, plugins: [prettyFormat.plugins.AsymmetricMatcher] })
}

/** The printer for what fails outside of a matcher; loaded (20 ms) when something does. */
export async function plainPrinter(): Promise<Printer> {
  const { diff } = await import('jest-diff')
  const colors = { aColor: plain, bColor: plain, commonColor: plain, patchColor: plain, changeColor: plain }
  return {
    diff: (expected, received) => diff(expected, received, colors),
    EXPECTED_COLOR: plain,
    RECEIVED_COLOR: plain,
    DIM_COLOR: plain,
  }
}

function plain(text: string): string {
  return text
}

export function plural(count: number, one: string, many = `${one}s`): string {
  return `${count} ${count === 1 ? one : many}`
}

/** Milliseconds as they read best in a sentence. */
export function milliseconds(duration: number): string {
  return `${Math.round(duration)} ms`
}
