import { getConnInfo } from '@hono/node-server/conninfo'
import type { Context, MiddlewareHandler } from 'hono'
import type { Endpoint, Variables } from './app.ts'
import { refuseForeign } from './origin.ts'
import { Problem } from './problem.ts'
import type { Token, TokenScope } from './tokens.ts'

/**
 * Lets those in who show a valid token, in a header that no browser sends by itself, or the cookie of a session that was
 * begun with one. What the token may do the session may, and no more; pages of other sites can do nothing with it.
 */
export function authenticate(endpoint: Endpoint): MiddlewareHandler<Variables> {
  return async (context, next) => {
    const header = context.req.header('authorization')
    const token = await (header === undefined ? tokenOfSession(context, endpoint) : tokenOf(header, endpoint))
    if (token === undefined) {
      takeFromAddress(context, endpoint)
      const detail = header === undefined ? 'Authorization: Bearer TOKEN is wanted' : 'no valid token is this one'
      throw new Problem(401, 'token wanted', detail, { headers: { 'www-authenticate': 'Bearer' } })
    }
    endpoint.rateLimit.take(`token ${token.id}`)
    context.set('token', token)
    await next()
  }
}

/** Whether who was let in would be so still, for an answer that goes on for long. */
export async function isStillIn(context: Context, endpoint: Endpoint): Promise<boolean> {
  const header = context.req.header('authorization')
  if (header !== undefined) return (await tokenOf(header, endpoint)) !== undefined
  const secret = endpoint.cookie.read(context)
  return secret !== undefined && (await endpoint.sessions.isValid(secret))
}

/** @throws Problem 429 where an address that shows nothing valid has asked too often. */
export function takeFromAddress(context: Context, { rateLimit }: Endpoint): void {
  rateLimit.take(`address ${getConnInfo(context).remote.address}`)
}

async function tokenOf(header: string, { authenticator }: Endpoint): Promise<Token | undefined> {
  const secret = /^Bearer +(\S+)$/i.exec(header)?.[1]
  return secret === undefined ? undefined : await authenticator.find(secret)
}

async function tokenOfSession(context: Context, endpoint: Endpoint): Promise<Token | undefined> {
  const { sessions, cookie, publicUrl } = endpoint
  const secret = cookie.read(context)
  if (secret === undefined) return undefined
  refuseForeign(context, publicUrl)
  const found = await sessions.find(secret)
  if (found?.renewed !== undefined) cookie.write(context, found.renewed)
  return found?.token
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
