import type { Context } from 'hono'
import { Problem } from './problem.ts'

/** The origin at which browsers find the endpoint: what the operator says, or where this request went. */
export function originOf({ req }: Context, publicUrl: string | undefined): string {
  const url = publicUrl ?? `http://${req.header('host')}`
  // A host that is none has no page.
  return URL.canParse(url) ? new URL(url).origin : 'http://host.invalid'
}

/**
 * A cookie is sent along by the browser, whoever asks it to: so whose request it is has to be known. Pages of another
 * port of the same machine are others too, though their cookies are the same.
 *
 * @throws Problem 403 where it is a page of another origin, or where nobody says.
 */
export function refuseForeign(context: Context, publicUrl: string | undefined): void {
  const { req } = context
  const changes = req.method !== 'GET' && req.method !== 'HEAD'
  const origin = req.header('origin')
  const site = req.header('sec-fetch-site')
  const own = originOf(context, publicUrl)
  if (origin !== undefined && origin !== own) {
    const hint = origin === own.replace(/^http:/, 'https:') ? '; behind a proxy with TLS say --public-url' : ''
    throw new Problem(403, 'another origin', `a page of ${printed(origin)} asks, this is ${own}${hint}`)
  }
  // 'none' is somebody who typed the address.
  const isOwn = site === 'same-origin' || (site === 'none' && !changes)
  if (site !== undefined && !isOwn) throw new Problem(403, 'another origin', `the browser calls the request ${site}`)
  if (changes && origin === undefined && site === undefined) {
    throw new Problem(403, 'origin not known', 'a session changes things only where the browser says which page asks')
  }
}

function printed(origin: string): string {
  return URL.canParse(origin) ? new URL(origin).origin : 'no name'
}
