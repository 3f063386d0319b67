import { writeFileSync } from 'node:fs'
import { toCsv } from '../history/export/csv.ts'
import { toCtrf } from '../history/export/ctrf.ts'
import { toJunit } from '../history/export/junit.ts'
import { toMarkdown } from '../history/export/markdown.ts'
import { findRun } from '../history/find.ts'
import { Store, toText } from '../history/store.ts'
import { problemInModel } from '../history/verify.ts'
import { redactLine } from '../redaction/projection.ts'
import type { Switches } from '../redaction/redaction.ts'
import { plainLine } from '../reporter/plain.ts'
import type { Line } from '../run/model.ts'
import { tellDamage } from './history-list.ts'

/** What a run can be written as. */
const formats: Readonly<Record<string, (lines: readonly Line[]) => string>> = {
  ndjson: toText,
  // Stores of earlier versions have the runners' colours in their errors.
  junit: (lines) => toJunit(lines.map((line) => plainLine(line))),
  ctrf: (lines) => toCtrf(lines.map((line) => plainLine(line))),
  csv: (lines) => toCsv(lines.map((line) => plainLine(line))),
  markdown: (lines) => toMarkdown(lines.map((line) => plainLine(line))),
}

interface ExportOptions {
  format: string
  output?: string
  redact?: Partial<Switches>
}

/** `kafka-testkit export`: a run in another format, on the terminal or in a file. */
export function exportRun(given: string, { format, output, redact = {} }: ExportOptions): void {
  const store = new Store(process.cwd())
  const id = findRun(store, given)
  if (store.state(id) !== 'ended')
    throw new Error(`run ${id} has no end (it is ${store.state(id)}): there is no result to export`)
  const { lines, damaged } = store.read(id, problemInModel)
  if (damaged.length > 0) {
    tellDamage(damaged)
    throw new Error(`run ${id} can't be exported: it is not whole`)
  }
  const text = formats[format]!(lines.map((line) => redactLine(line, redact)))
  if (output === undefined) process.stdout.write(text)
  else writeFileSync(output, text)
}
