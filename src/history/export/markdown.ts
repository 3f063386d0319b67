import { bytes } from '../../base/size.ts'
import type { CheckLine, EndLine, ErrorLine, Line, RunLine, TestLine } from '../../run/model.ts'

/** What of one failure is shown. */
const MESSAGE = 16 * 1024

/** A run as Markdown: how many tests went how, and why those failed that did; never more than so many bytes. */
export function toMarkdown(lines: readonly Line[], most: number = Number.POSITIVE_INFINITY): string {
  const [run] = lines as readonly [RunLine]
  const end = lines.at(-1) as EndLine
  const { recordsProduced, recordsReceived, bytesProduced, bytesReceived } = end.metrics
  const { totals } = end
  const failures = [...lines.filter((line) => line.type === 'error').map(outside), ...failed(lines)]
  const head = [
    `## Kafka tests of ${code(run.project)}: ${failures.length === 0 ? end.status : `${totals.failed} of ${totals.tests} failed`}`,
    '',
    '| Tests | Passed | Failed | Flaky | Skipped | Records produced | Records received | Took |',
    '|--:|--:|--:|--:|--:|--:|--:|--:|',
    `| ${totals.tests} | ${totals.passed} | ${totals.failed} | ${totals.flaky} | ${totals.skipped} | ${recordsProduced} (${bytes(bytesProduced)}) | ${recordsReceived} (${bytes(bytesReceived)}) | ${(end.duration / 1000).toFixed(1)} s |`,
    '\n',
  ].join('\n')
  return fitting(head, failures, most)
}

/** The head, and of the failures as many as there is room for. */
function fitting(head: string, failures: readonly string[], most: number): string {
  let text = head
  for (const [index, failure] of failures.entries()) {
    const more = `… ${failures.length - index} more failed: they stand in the log of the job, and in its report.\n`
    // Room for this sentence is kept from the first failure on.
    if (Buffer.byteLength(text) + Buffer.byteLength(failure) + Buffer.byteLength(more) > most) {
      text += more
      break
    }
    text += failure
  }
  return Buffer.byteLength(text) > most ? '' : text
}

function failed(lines: readonly Line[]): string[] {
  const checks = new Map<string, CheckLine>()
  for (const line of lines) if (line.type === 'check' && line.verdict === 'failed') checks.set(line.test, line)
  return lines
    .filter((line): line is TestLine => line.type === 'test')
    .filter(({ status }) => status !== 'passed' && status !== 'skipped')
    .map(({ id, name, file, attempts }) => {
      const check = checks.get(id)
      const [error] = attempts.at(-1)?.errors ?? []
      const said = error === undefined ? '' : `${error.name}: ${error.message}`
      const closest = check?.closest ? `\nClosest record ${code(check.closest)}\n` : ''
      return section(`${code(name)} in ${code(file)}`, check?.message ?? said, closest)
    })
}

function outside({ file, suite, name, message }: ErrorLine): string {
  return section(`${code(suite ?? 'Outside of tests')} in ${code(file ?? 'the run')}`, `${name}: ${message}`)
}

function section(title: string, message: string, between = ''): string {
  const text =
    message.length > MESSAGE ? `${message.slice(0, MESSAGE)}\n… ${message.length - MESSAGE} more characters` : message
  const fence = '`'.repeat(longestRun(text) < 3 ? 3 : longestRun(text) + 1)
  const block = text === '' ? '' : `\n${fence}diff\n${text}\n${fence}\n`
  return `### ✗ ${title}\n${between}${block}\n`
}

/** What others named, as it is: nothing in it is read as Markdown or HTML. */
function code(text: string): string {
  const line = text.replaceAll(/\s+/g, ' ').slice(0, 300)
  const tick = '`'.repeat(longestRun(line) + 1)
  return `${tick} ${line} ${tick}`
}

/** How many backticks stand in a row at most. */
function longestRun(text: string): number {
  return Math.max(0, ...[...text.matchAll(/`+/g)].map(([run]) => run.length))
}
