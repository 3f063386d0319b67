/** What one figure came to. */
interface Figure {
  name: string
  measured: number
  unit: 'ms' | 'times' | 'bytes' | 'MB' | '%' | 'a second'
  /** Of the design; left out where it names none. */
  goal?: { atMost: number } | { atLeast: number }
  /** What the figure was made of, with units in the names. */
  details: Record<string, number>
}

interface Skipped {
  name: string
  skipped: string
}

export type Outcome = Figure | Skipped

/** Measures one subject; it gets real Kafka's address, or why there is none. */
export type Measure = (real: RealKafka) => Promise<Outcome[]>

export type RealKafka = { brokers: string; pid: number; startMs: number } | { missing: string }

export function table(outcomes: readonly Outcome[]): string {
  const rows = [['figure', 'measured', 'goal', '', 'of'], ...outcomes.map(row)]
  const widths = rows[0]?.map((_, column) => Math.max(...rows.map((cells) => cells[column]?.length ?? 0))) ?? []
  return rows
    .map((cells) =>
      cells
        .map((cell, column) => cell.padEnd(widths[column] ?? 0))
        .join('  ')
        .trimEnd(),
    )
    .join('\n')
}

function row(outcome: Outcome): string[] {
  if ('skipped' in outcome) return [outcome.name, 'skipped', '', '', outcome.skipped]
  const { name, measured, unit, goal, details } = outcome
  const of = Object.entries(details).map(([what, value]) => `${what} ${shown(value)}`)
  return [name, `${shown(measured)} ${unit}`, shownGoal(goal), verdict(outcome), of.join(', ')]
}

function shownGoal(goal: Figure['goal']): string {
  if (goal === undefined) return ''
  return 'atMost' in goal ? `<= ${goal.atMost}` : `>= ${goal.atLeast}`
}

function verdict({ measured, goal }: Figure): string {
  if (goal === undefined) return ''
  return ('atMost' in goal ? measured <= goal.atMost : measured >= goal.atLeast) ? 'met' : 'missed'
}

function shown(value: number): string {
  if (Math.abs(value) >= 1000) return Math.round(value).toLocaleString('en')
  return String(Number(value.toPrecision(3)))
}
