import { mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { dirname, relative } from 'node:path'
import { diffLinesUnified } from 'jest-diff'

/** What is to become of one file, or why nothing is. */
export type Step =
  | { kind: 'change'; path: string; before: string | null; after: string; what: string }
  | { kind: 'already'; path: string; what: string }
  /** The file can't be edited safely: these lines are the user's to add. */
  | { kind: 'by hand'; path: string; why: string; lines: string }

/** The text of a file, `null` where there is none. */
export function readText(path: string): string | null {
  try {
    return readFileSync(path, 'utf8')
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return null
    throw error
  }
}

/** Writes what the steps change, in place: a link stays a link, and a file keeps its rights. */
export function apply(steps: readonly Step[]): void {
  for (const step of steps) {
    if (step.kind !== 'change') continue
    mkdirSync(dirname(step.path), { recursive: true })
    writeFileSync(step.path, step.after)
  }
}

/** One line a file, then what is left to do by hand. Paths are shown relative to `from`. */
export function tell(steps: readonly Step[], from: string, { dryRun = false }: { dryRun?: boolean } = {}): string {
  const [wrote, changed] = dryRun ? ['to write', 'to change'] : ['wrote', 'changed']
  const row = (done: string, path: string, what: string): string => `  ${done.padEnd(9)}  ${path}: ${what}`
  const rows = steps.map((step) => {
    const path = relative(from, step.path)
    if (step.kind === 'change') return row(step.before === null ? wrote! : changed!, path, step.what)
    return step.kind === 'already' ? row('as it is', path, step.what) : row('by hand', path, step.why)
  })
  const byHand = steps.filter((step) => step.kind === 'by hand')
  const rest = byHand.map(({ path, lines }) => `\nAdd to ${relative(from, path)}:\n\n${indent(lines)}`)
  return [...rows, ...rest].join('\n')
}

/** The changes as a unified diff. */
export function showDiff(steps: readonly Step[], from: string): string {
  const plain = (text: string): string => text
  return steps
    .filter((step) => step.kind === 'change')
    .map(({ path, before, after }) => {
      const name = relative(from, path)
      return diffLinesUnified(before === null ? [] : lines(before), lines(after), {
        aAnnotation: before === null ? 'nothing' : name,
        bAnnotation: name,
        aIndicator: '-',
        bIndicator: '+',
        aColor: plain,
        bColor: plain,
        commonColor: plain,
        patchColor: plain,
        contextLines: 3,
        expand: false,
      })
    })
    .join('\n\n')
}

function lines(text: string): string[] {
  return text.replace(/\r?\n$/, '').split(/\r?\n/)
}

export function indent(text: string): string {
  return text.replaceAll(/^(?=.)/gm, '    ')
}
