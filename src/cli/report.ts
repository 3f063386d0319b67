import { resolve } from 'node:path'
import { pathToFileURL } from 'node:url'
import { findRun } from '../history/find.ts'
import { reportPage, writeReport } from '../history/report/page.ts'
import { Store } from '../history/store.ts'
import { futureSchema, isOfFuture } from '../history/summary.ts'
import { problemInModel } from '../history/verify.ts'
import { redactLine } from '../redaction/projection.ts'
import type { Switches } from '../redaction/redaction.ts'
import { plainLine } from '../reporter/plain.ts'
import { tellDamage } from './history-list.ts'
import { openInBrowser } from './open-browser.ts'

interface ReportOptions {
  open?: boolean
  out?: string
  redact?: Partial<Switches>
}

/** `kafka-testkit report`: a run as a page, beside the run or where it is wanted. */
export function writeRunReport(given: string, { open = false, out, redact = {} }: ReportOptions): void {
  const store = new Store(process.cwd())
  const id = findRun(store, given)
  const { lines, damaged } = store.read(id, problemInModel)
  const [run] = lines
  if (run?.type !== 'run') throw new Error(`run ${id} can't be read: its first line is missing`)
  if (isOfFuture(run)) throw new Error(`run ${id} can't be shown: ${futureSchema(run)}`)
  tellDamage(damaged)
  const shown = lines.map((line) => plainLine(redactLine(line, redact)))
  const path = out === undefined ? store.reportFile(id) : resolve(out)
  writeReport(path, reportPage(shown, { state: store.state(id), damaged: damaged.length }))
  const { href } = pathToFileURL(path)
  console.log(href)
  if (open) openInBrowser(href)
}
