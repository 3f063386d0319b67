import { type ReadonlySignal, signal } from '@preact/signals'

/** Where in the report the reader is: the part of the address behind `#`, so that it can be shared. */
export interface Route {
  /** The run that is looked at, where there are several: `['shop', 'run', id]`. None in a file, and outside of runs. */
  base: readonly string[]
  /** `['test', id]`; none on the first page. */
  path: readonly string[]
  query: URLSearchParams
}

/** How many parts of a path say which run it is. */
let baseLength: (path: readonly string[]) => number = () => 0

const current = signal(parse(location.hash))

/** Said once, before anything is drawn, where the address names the run too. */
export function readBase(lengthOf: (path: readonly string[]) => number): void {
  baseLength = lengthOf
  current.value = parse(location.hash)
}

addEventListener('hashchange', () => {
  const from = current.value
  current.value = parse(location.hash)
  if (placeOf(from) !== placeOf(current.value)) scrollTo(0, 0)
})

export const route: ReadonlySignal<Route> = current

/**
 * The address of a place in the run that is looked at, or below another `base`: `[]` is outside of all runs. `undefined`
 * and `''` are left out of the query.
 */
export function href(
  path: readonly (string | number)[],
  query: Record<string, string | number | undefined> = {},
  base: readonly string[] = current.peek().base,
): string {
  const search = new URLSearchParams()
  for (const [name, value] of Object.entries(query))
    if (value !== undefined && value !== '') search.set(name, String(value))
  const text = search.toString()
  return `#/${[...base, ...path].map((part) => encodeURIComponent(part)).join('/')}${text === '' ? '' : `?${text}`}`
}

export function go(address: string): void {
  location.hash = address
}

/** Changes the query alone, and adds no step to the browser's history: for what is typed. */
export function setQuery(changes: Record<string, string | undefined>): void {
  // A link that was just followed stands in the address before the page is told of it.
  const { base, path, query } = parse(location.hash)
  const next = { ...Object.fromEntries(query), ...changes }
  history.replaceState(null, '', href(path, next, base))
  current.value = parse(location.hash)
}

function parse(hash: string): Route {
  const [path = '', query = ''] = hash.replace(/^#\/?/, '').split(/\?(.*)/s)
  const parts = path === '' ? [] : path.split('/').map(decode)
  const length = baseLength(parts)
  return { base: parts.slice(0, length), path: parts.slice(length), query: new URLSearchParams(query) }
}

function placeOf({ base, path }: Route): string {
  return [...base, ...path].join('/')
}

/** An address that was cut off somewhere is no error. */
function decode(text: string): string {
  try {
    return decodeURIComponent(text)
  } catch {
    return text
  }
}
