/** How a message prints values: the runner's own printer inside of a matcher, so that it has the runner's colours. */
export interface Printer {
  stringify(value: unknown): string
  /** The differences line by line, or null where there are none to show. */
  diff(expected: unknown, received: unknown): string | null | undefined
  EXPECTED_COLOR(text: string): string
  RECEIVED_COLOR(text: string): string
  DIM_COLOR(text: string): string
}

/** What every failure message is made of; what isn't there isn't printed. */
export interface Report {
  /** "expect(topic).toReceiveRecord(expected) failed" */
  title: string
  /** "Topic", "Expected", "Received", "Timeout": aligned below each other. */
  facts: [label: string, text: string][]
  closest?: { where: string; diff: string } | undefined
  timeline?: string[] | undefined
  hint?: string | undefined
}

/** The one shape of all messages. */
export function formatReport({ title, facts, closest, timeline, hint }: Report, printer: Printer): string {
  const width = Math.max(...facts.map(([label]) => label.length)) + 2
  const parts = [title, facts.map(([label, text]) => `${`${label}:`.padEnd(width)} ${text}`).join('\n')]
  if (closest !== undefined) parts.push(`Closest record: ${closest.where}\n${closest.diff}`)
  const last: string[] = []
  if (timeline !== undefined && timeline.length > 0) {
    last.push('Timeline', ...timeline.map((line) => printer.DIM_COLOR(line)))
  }
  if (hint !== undefined) last.push(`Hint: ${hint}`)
  if (last.length > 0) parts.push(last.join('\n'))
  return parts.join('\n\n')
}

/** The printer for what fails outside of a matcher; loaded (20 ms) when something does. */
export async function plainPrinter(): Promise<Printer> {
  const [{ diff }, { format, plugins }] = await Promise.all([import('jest-diff'), import('pretty-format')])
  const plain = (text: string): string => text
  return {
    stringify: (value) => format(value, { min: true, plugins: [plugins.AsymmetricMatcher] }),
    diff: (expected, received) =>
      diff(expected, received, {
        aColor: plain,
        bColor: plain,
        commonColor: plain,
        patchColor: plain,
        changeColor: plain,
      }),
    EXPECTED_COLOR: plain,
    RECEIVED_COLOR: plain,
    DIM_COLOR: plain,
  }
}

export function plural(count: number, one: string, many = `${one}s`): string {
  return `${count} ${count === 1 ? one : many}`
}

/** Milliseconds as they read best in a sentence. */
export function milliseconds(duration: number): string {
  return `${Math.round(duration)} ms`
}
