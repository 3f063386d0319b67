import type { Context, MiddlewareHandler } from 'hono'
import type { Endpoint } from '../app.ts'
import { originOf } from '../origin.ts'
import { Problem } from '../problem.ts'
import type { StoreProblem } from './follower.ts'
import type { OneTimeLink } from './link.ts'

/** What an endpoint over a local store has beside the others. */
export interface Local {
  /** What sessions stand for: it leaves the process nowhere. */
  token: string
  link: OneTimeLink
  folder: string
  problems(): StoreProblem[]
}

/**
 * A name of another site may be made to lead to this machine, and a page of that site would then be of the same origin:
 * so only the machine's own names are answered. Pages of others are told apart by their origin.
 *
 * @throws Problem 403
 */
export function onlyThisMachine(): MiddlewareHandler {
  return async (context, next) => {
    const host = context.req.header('host') ?? ''
    if (!/^(127\.0\.0\.1|localhost|\[::1\])(:\d+)?$/i.test(host)) {
      throw new Problem(403, 'another host', 'only http://127.0.0.1 and http://localhost are answered')
    }
    const origin = context.req.header('origin')
    if (origin !== undefined && origin !== originOf(context, undefined)) {
      throw new Problem(403, 'another origin', 'pages of other origins are not answered')
    }
    await next()
  }
}

/** The link's secret becomes a session at once, and is taken out of the address. */
export async function exchangeLink(context: Context, { local, sessions, cookie }: Endpoint): Promise<Response> {
  const secret = context.req.query('token') ?? ''
  if (local?.link.take(secret) === true) {
    const begun = await sessions.begin(local.token, cookie.read(context))
    cookie.write(context, begun!)
  }
  return context.redirect('/', 303)
}
