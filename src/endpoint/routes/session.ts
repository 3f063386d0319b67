import { createRoute, z } from '@hono/zod-openapi'
import type { Context } from 'hono'
import { packageVersion } from '../../base/package.ts'
import { takeFromAddress } from '../access.ts'
import type { App, Endpoint, Variables } from '../app.ts'
import { refuseForeign } from '../origin.ts'
import { Problem } from '../problem.ts'
import type { Token } from '../tokens.ts'
import { body, json, problems } from './shared.ts'

const tags = ['session']
const session = z
  .object({
    token: z.object({
      id: z.string(),
      name: z.string(),
      scope: z.enum(['write', 'read', 'admin']),
      project: z.string().nullable().openapi({ description: 'null: every project' }),
    }),
    version: z.string().openapi({ description: 'of kafka-testkit' }),
    store: z
      .object({
        folder: z.string(),
        problems: z.array(z.object({ run: z.string(), problem: z.string() })),
      })
      .nullable()
      .openapi({ description: "this machine's, with what of it can't be shown; null at an endpoint of a team" }),
  })
  .openapi('Session')

const begin = createRoute({
  method: 'post',
  path: '/v1/session',
  tags,
  security: [],
  summary: 'Sign a browser in: a token that may read becomes a cookie',
  request: { body: body(z.strictObject({ token: z.string().max(500) })) },
  responses: { 200: json('As whom', session), ...problems },
})

const get = createRoute({
  method: 'get',
  path: '/v1/session',
  tags,
  summary: 'As whom one asks',
  responses: { 200: json('The token, without its secret', session), ...problems },
})

const end = createRoute({
  method: 'delete',
  path: '/v1/session',
  tags,
  summary: 'Sign out',
  responses: { 204: { description: 'The session is over' }, ...problems },
})

/** Signing in, which wants no token before it: it goes before the check of them. */
export function addSignIn(app: App, endpoint: Endpoint): void {
  const { sessions, cookie, publicUrl } = endpoint
  app.openapi(begin, async (context) => {
    refuseForeign(context, publicUrl)
    const { token } = context.req.valid('json')
    const begun = await sessions.begin(token.trim(), cookie.read(context))
    if (begun === undefined) {
      takeFromAddress(context, endpoint)
      throw new Problem(401, 'token wanted', 'no valid token is this one')
    }
    endpoint.rateLimit.take(`token ${begun.token.id}`)
    if (begun.token.scope === 'write') {
      await sessions.end(begun.secret)
      throw new Problem(403, 'scope differs', `token ${begun.token.id} can upload only: one that may read is wanted`)
    }
    cookie.write(context, begun)
    return context.json(seen(begun.token, endpoint), 200)
  })
}

export function addSessionRoutes(app: App, endpoint: Endpoint): void {
  const { sessions, cookie } = endpoint
  app.openapi(get, (context) => context.json(seen(tokenOf(context), endpoint), 200))

  app.openapi(end, async (context) => {
    const secret = cookie.read(context)
    if (secret !== undefined) await sessions.end(secret)
    cookie.clear(context)
    return context.body(null, 204)
  })
}

function tokenOf(context: Context<Variables>): Token {
  return context.get('token')
}

function seen({ id, name, scope, project }: Token, { local }: Endpoint): z.infer<typeof session> {
  const store = local === undefined ? null : { folder: local.folder, problems: local.problems() }
  return { token: { id, name, scope, project }, version: packageVersion, store }
}
