import { getConnInfo } from '@hono/node-server/conninfo'
import type { Context, MiddlewareHandler } from 'hono'
import type { Endpoint, Variables } from './app.ts'
import { Problem } from './problem.ts'
import type { Token, TokenScope } from './tokens.ts'

/**
 * Lets those in who show a valid token. It comes in a header that no browser sends by itself, and no cookie is ever
 * read or set: a page of another site can do nothing here.
 */
export function authenticate({ authenticator, rateLimit }: Endpoint): MiddlewareHandler<Variables> {
  return async (context, next) => {
    const secret = /^Bearer +(\S+)$/i.exec(context.req.header('authorization') ?? '')?.[1]
    const token = secret === undefined ? undefined : await authenticator.find(secret)
    if (token === undefined) {
      rateLimit.take(`address ${getConnInfo(context).remote.address}`)
      const detail = secret === undefined ? 'Authorization: Bearer TOKEN is wanted' : 'no valid token is this one'
      throw new Problem(401, 'token wanted', detail, { headers: { 'www-authenticate': 'Bearer' } })
    }
    rateLimit.take(`token ${token.id}`)
    context.set('token', token)
    await next()
  }
}

/** @throws Problem 403 when the token may not do this to the project. `null`: to all of them. */
export function allow(context: Context<Variables>, scope: TokenScope, project: string | null): Token {
  const token = context.get('token')
  if (token.scope !== scope && token.scope !== 'admin') {
    throw new Problem(403, 'scope differs', `token ${token.id} has scope ${token.scope}, this wants ${scope}`)
  }
  if (token.project !== null && token.project !== project) {
    throw new Problem(403, 'project differs', `token ${token.id} is for project ${token.project} only`)
  }
  return token
}
