/** A step of a path into a value: a name, an index, any name (`*`), any index (`[*]`), any number of steps (`**`). */
type Step = { name: string } | { index: number } | 'any name' | 'any index' | 'any steps'

/** Where something stands in a value. */
export type ValuePath = readonly (string | number)[]

/**
 * Reads `$.customer.cards[*].number`, `$['a name']`, `$.**.email`. The `$` may be left out.
 *
 * @throws TypeError for what isn't a path, showing where it ends to be one.
 */
export function parsePath(text: string): Step[] {
  const steps: Step[] = []
  let rest = text.startsWith('$') ? text.slice(1) : `.${text}`.replace(/^\.(?=\[|\.)/, '')
  while (rest !== '') {
    const match = /^(?:\.(\*\*)|\.(\*)|\.([^.[\]*'"]+)|\[(\*)\]|\[(\d+)\]|\['([^']*)'\]|\["([^"]*)"\])/.exec(rest)
    if (match === null) {
      throw new TypeError(
        `${JSON.stringify(text)} is no path from ${JSON.stringify(rest)} on; one is $.a[*].b or $.**.c`,
      )
    }
    const [all, anySteps, anyName, name, anyIndex, index, ...quoted] = match
    if (anySteps !== undefined) steps.push('any steps')
    else if (anyName !== undefined) steps.push('any name')
    else if (anyIndex !== undefined) steps.push('any index')
    else if (index !== undefined) steps.push({ index: Number(index) })
    else steps.push({ name: name ?? quoted.find((one) => one !== undefined)! })
    rest = rest.slice(all.length)
  }
  return steps
}

/** Whether a path leads to this place. */
export function leadsTo(steps: readonly Step[], place: ValuePath, step = 0, at = 0): boolean {
  const wanted = steps[step]
  if (wanted === undefined) return at === place.length
  if (wanted === 'any steps') {
    for (let next = at; next <= place.length; next += 1) if (leadsTo(steps, place, step + 1, next)) return true
    return false
  }
  const here = place[at]
  if (here === undefined) return false
  if (
    wanted === 'any name'
      ? typeof here !== 'string'
      : wanted === 'any index'
        ? typeof here !== 'number'
        : !isIt(wanted, here)
  ) {
    return false
  }
  return leadsTo(steps, place, step + 1, at + 1)
}

function isIt(wanted: { name: string } | { index: number }, here: string | number): boolean {
  return 'name' in wanted ? wanted.name === here : wanted.index === here
}
