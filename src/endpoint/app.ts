import { OpenAPIHono } from '@hono/zod-openapi'
import { HTTPException } from 'hono/http-exception'
import { routePath } from 'hono/route'
import { secureHeaders } from 'hono/secure-headers'
import type { z } from 'zod'
import type { Observer } from '../telemetry/endpoint.ts'
import { authenticate } from './access.ts'
import type { Log } from './log.ts'
import { Problem } from './problem.ts'
import { addHealthRoutes } from './routes/health.ts'
import { addUploadRoutes } from './routes/uploads.ts'
import type { Bodies, Database } from './store/database.ts'
import type { Authenticator, Token } from './tokens.ts'
import type { Uploads } from './uploads.ts'

/** What the routes work with. */
export interface Endpoint {
  database: Database
  bodies: Bodies
  uploads: Uploads
  authenticator: Authenticator
  log: Log
  observer?: Observer | undefined
}

export interface Variables {
  Variables: { token: Token }
}

export type App = OpenAPIHono<Variables>

/** Every route, behind the headers and the checks that all of them have. */
export function createApp(endpoint: Endpoint): App {
  const app: App = new OpenAPIHono<Variables>({
    defaultHook: (result) => {
      if (!result.success) throw unfit(result.target, result.error as unknown as z.ZodError)
    },
  })
  app.onError((error) => answerError(error, endpoint).toResponse())
  app.notFound(({ req }) => new Problem(404, 'no such route', `there is no ${req.method} ${req.path}`).toResponse())
  app.use(async (context, next) => {
    const began = performance.now()
    await next()
    const { method } = context.req
    const answer = { method, route: routePath(context, -1), status: context.res.status }
    endpoint.observer?.answered({ ...answer, milliseconds: performance.now() - began })
  })
  app.use(
    secureHeaders({
      contentSecurityPolicy: { defaultSrc: ["'none'"], frameAncestors: ["'none'"] },
      xFrameOptions: 'DENY',
      referrerPolicy: 'no-referrer',
    }),
  )
  addHealthRoutes(app, endpoint)
  app.use('/v1/*', authenticate(endpoint))
  addUploadRoutes(app, endpoint)
  app.doc31('/openapi.json', {
    openapi: '3.1.0',
    info: { title: 'kafka-testkit endpoint', version: '1' },
    security: [{ token: [] }],
  })
  app.openAPIRegistry.registerComponent('securitySchemes', 'token', { type: 'http', scheme: 'bearer' })
  return app
}

/** What is wrong with the path, the query or the JSON, without the value. */
function unfit(target: string, { issues }: z.ZodError): Problem {
  const [issue] = issues
  const where = issue === undefined || issue.path.length === 0 ? target : `${target} ${issue.path.join('.')}`
  return new Problem(target === 'json' ? 422 : 400, 'not as the API has it', `${where}: ${issue?.message ?? 'wrong'}`)
}

function answerError(error: Error, { log, observer }: Endpoint): Problem {
  if (error instanceof Problem) return error
  if (error instanceof HTTPException) {
    return new Problem(error.status === 413 ? 413 : 400, 'request not readable', error.message)
  }
  log('error', 'request failed', { error: error.name, code: (error as NodeJS.ErrnoException).code, stack: error.stack })
  observer?.failed(error)
  return new Problem(500, 'internal error', 'the endpoint failed; its log says more')
}
