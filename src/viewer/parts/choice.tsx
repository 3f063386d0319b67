import type { VNode } from 'preact'
import { route, setQuery } from '../route.ts'

interface Props {
  /** The name in the query of the address. */
  name: string
  label: string
  /** What stands there when nothing is chosen. */
  all: string
  options: readonly string[]
}

/** One of several, kept in the address. What the address names and isn't there is shown all the same. */
export function Choice({ name, label, all, options }: Props): VNode {
  const chosen = route.value.query.get(name) ?? ''
  const shown = chosen === '' || options.includes(chosen) ? options : [chosen, ...options]
  return (
    <span class="choice">
      <select aria-label={label} value={chosen} onChange={(event) => setQuery({ [name]: event.currentTarget.value })}>
        <option value="">{all}</option>
        {shown.map((option) => (
          <option key={option} value={option}>
            {option}
          </option>
        ))}
      </select>
    </span>
  )
}
