import { type ReadonlySignal, signal } from '@preact/signals'

/** Where in the report the reader is: the part of the address behind `#`, so that it can be shared. */
export interface Route {
  /** `['test', id]`; none on the first page. */
  path: readonly string[]
  query: URLSearchParams
}

const current = signal(parse(location.hash))

addEventListener('hashchange', () => {
  const from = current.value
  current.value = parse(location.hash)
  if (from.path.join('/') !== current.value.path.join('/')) scrollTo(0, 0)
})

export const route: ReadonlySignal<Route> = current

/** The address of a place in the report; `undefined` and `''` are left out of the query. */
export function href(
  path: readonly (string | number)[],
  query: Record<string, string | number | undefined> = {},
): string {
  const search = new URLSearchParams()
  for (const [name, value] of Object.entries(query))
    if (value !== undefined && value !== '') search.set(name, String(value))
  const text = search.toString()
  return `#/${path.map((part) => encodeURIComponent(part)).join('/')}${text === '' ? '' : `?${text}`}`
}

export function go(address: string): void {
  location.hash = address
}

/** Changes the query alone, and adds no step to the browser's history: for what is typed. */
export function setQuery(changes: Record<string, string | undefined>): void {
  // A link that was just followed stands in the address before the page is told of it.
  const { path, query } = parse(location.hash)
  const next = { ...Object.fromEntries(query), ...changes }
  history.replaceState(null, '', href(path, next))
  current.value = parse(location.hash)
}

function parse(hash: string): Route {
  const [path = '', query = ''] = hash.replace(/^#\/?/, '').split(/\?(.*)/s)
  return { path: path === '' ? [] : path.split('/').map(decode), query: new URLSearchParams(query) }
}

/** An address that was cut off somewhere is no error. */
function decode(text: string): string {
  try {
    return decodeURIComponent(text)
  } catch {
    return text
  }
}
