export function median(values: readonly number[]): number {
  return percentile(values, 50)
}

/** Of the values themselves, by the nearest rank; the median of an even number is the mean of the middle two. */
export function percentile(values: readonly number[], percent: number): number {
  if (values.length === 0) throw new Error('no values to take a percentile of')
  const sorted = values.toSorted((a, b) => a - b)
  const rank = (sorted.length * percent) / 100
  const upper = sorted[Math.min(sorted.length - 1, Math.floor(rank))] as number
  if (percent !== 50 || !Number.isInteger(rank)) return upper
  return ((sorted[rank - 1] as number) + upper) / 2
}

/**
 * Measures several subjects in turn, in rounds, each round in another order: what slows the machine down for a while
 * slows all of them down. The first `warmUp` rounds are thrown away.
 */
export async function interleave<Name extends string, Value>(
  subjects: Record<Name, () => Promise<Value>>,
  options: { rounds: number; warmUp: number },
): Promise<Record<Name, Value[]>> {
  const names = Object.keys(subjects) as Name[]
  const values = Object.fromEntries(names.map((name) => [name, []])) as unknown as Record<Name, Value[]>
  for (let round = 0; round < options.rounds + options.warmUp; round += 1) {
    for (const [index] of names.entries()) {
      const name = names[(index + round) % names.length] as Name
      const value = await subjects[name]()
      if (round >= options.warmUp) values[name].push(value)
    }
  }
  return values
}
