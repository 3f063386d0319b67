import { existsSync, mkdirSync, statSync, writeFileSync } from 'node:fs'
import { dirname, join, resolve } from 'node:path'
import { toAllure } from '../history/export/allure.ts'
import { toCsv } from '../history/export/csv.ts'
import { toCtrf } from '../history/export/ctrf.ts'
import { toJunit } from '../history/export/junit.ts'
import { toMarkdown } from '../history/export/markdown.ts'
import { toOtlp } from '../history/export/otlp.ts'
import { findRun } from '../history/find.ts'
import { Store, toText } from '../history/store.ts'
import { problemInModel } from '../history/verify.ts'
import { redactLine } from '../redaction/projection.ts'
import type { Switches } from '../redaction/redaction.ts'
import { plainLine } from '../reporter/plain.ts'
import type { Line } from '../run/model.ts'
import { tellDamage } from './history-list.ts'

/** What a run can be written as: a text, or the files of a folder. */
const texts: Readonly<Record<string, (lines: readonly Line[]) => string>> = {
  ndjson: toText,
  junit: toJunit,
  ctrf: toCtrf,
  otlp: toOtlp,
  csv: toCsv,
  markdown: toMarkdown,
}
const folders: Readonly<Record<string, (lines: readonly Line[]) => Iterable<readonly [name: string, text: string]>>> = {
  allure: toAllure,
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
  const redacted = lines.map((line) => redactLine(line, redact))
  // Stores of earlier versions have the runners' colours in their errors.
  const shown = format === 'ndjson' ? redacted : redacted.map((line) => plainLine(line))
  if (format in folders) writeFolder(output, format, folders[format]!(shown))
  else writeText(output, texts[format]!(shown))
}

function writeText(output: string | undefined, text: string): void {
  if (output === undefined) {
    process.stdout.write(text)
    return
  }
  if (isFolder(output)) throw new Error(`${output} is a folder: name a file in it with --out`)
  mkdirSync(dirname(resolve(output)), { recursive: true })
  writeFileSync(output, text)
}

/** Beside what is there: reports are made of the results of several tools. */
function writeFolder(output: string | undefined, format: string, files: Iterable<readonly [string, string]>): void {
  if (output === undefined) throw new Error(`${format} is a folder of files: name it with --out`)
  if (existsSync(output) && !isFolder(output))
    throw new Error(`${output} is a file: ${format} is written into a folder`)
  mkdirSync(output, { recursive: true })
  for (const [name, text] of files) writeFileSync(join(output, name), text)
}

function isFolder(path: string): boolean {
  return statSync(path, { throwIfNoEntry: false })?.isDirectory() ?? false
}
