import { appendFileSync, statSync } from 'node:fs'
import { toMarkdown } from '../history/export/markdown.ts'
import type { Line } from '../run/model.ts'

/** What GitHub takes of a step at most; a file that is larger it doesn't show at all. */
const MOST = 1024 * 1024

/** Adds a run to the summary that GitHub Actions shows on the page of the job, as far as there is room in it. */
export function appendJobSummary(file: string, lines: readonly Line[]): void {
  const used = statSync(file, { throwIfNoEntry: false })?.size ?? 0
  appendFileSync(file, toMarkdown(lines, MOST - used))
}
