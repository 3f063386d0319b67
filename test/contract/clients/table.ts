import { readFileSync, writeFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import type { Statement } from './checks.ts'
import type { Row } from './run.ts'

const page = fileURLToPath(new URL('../../../docs/clients.md', import.meta.url))
type Part = 'embedded' | 'real'

/** The columns of the table in docs/clients.md: what the checks in them say. */
const columns: readonly (readonly [title: string, says: Statement])[] = [
  ['nothing else comes', 'nothing else'],
  ['all come', 'all'],
  ['no more than the first comes', 'too few'],
  ['settled', 'at rest'],
  ['all committed', 'committed'],
]

/** A row for each client and variant. */
export function tableOf(rows: readonly Row[]): string {
  const heads = ['client', 'service', ...columns.map(([title]) => title), 'known by']
  const lines = [...Map.groupBy(rows, ({ client, variant }) => `${client} ${variant}`).values()].map((some) => {
    const { client, version, variant, knownBy } = some[0]!
    const verdicts = columns.map(([, says]) => verdictOf(some.filter((row) => row.says === says)))
    return [`${client} ${version}`, variant, ...verdicts, knownBy]
  })
  return [heads, heads.map(() => '---'), ...lines].map((cells) => `| ${cells.join(' | ')} |`).join('\n')
}

/** Of checks that say the same, and so agree. */
function verdictOf(rows: readonly Row[]): string {
  return [...new Set(rows.map(({ verdict }) => verdict))].join(' or ')
}

const begin = (part: Part) => `<!-- ${part}: npm run test:contract -- -u -->\n`
const end = '\n<!-- end -->'

/** The table as the page has it. */
export function documented(part: Part): string {
  const text = readFileSync(page, 'utf8')
  const start = text.indexOf(begin(part)) + begin(part).length
  return text.slice(start, text.indexOf(end, start))
}

export function writeTable(part: Part, rows: readonly Row[]): void {
  const text = readFileSync(page, 'utf8')
  const start = text.indexOf(begin(part)) + begin(part).length
  writeFileSync(page, text.slice(0, start) + tableOf(rows) + text.slice(text.indexOf(end, start)))
}

/** All that was seen; of many repeats what was wrong, and of how many. */
export function printRows(rows: readonly Row[], repeats: number): void {
  if (repeats > 0) {
    const wrong = rows.filter((row) => row.wrong !== undefined)
    console.log(`${rows.length} verdicts, ${wrong.length} wrong`)
    return
  }
  console.table(
    rows.map(({ client, version, variant, check, verdict, handled, after, knownBy, wrong }) => ({
      client: `${client} ${version}`,
      service: variant,
      check,
      verdict: wrong === undefined ? verdict : `${verdict} (WRONG)`,
      evidence: `${handled} handled, ${after} ms, ${knownBy}`,
    })),
  )
}
