import type { HttpBindings } from '@hono/node-server'
import { OpenAPIHono } from '@hono/zod-openapi'
import type { MiddlewareHandler } from 'hono'
import { HTTPException } from 'hono/http-exception'
import { secureHeaders } from 'hono/secure-headers'
import type { z } from 'zod'
import type { Observer } from '../telemetry/endpoint.ts'
import { authenticate } from './access.ts'
import type { Arrivals } from './arrivals.ts'
import { MOST_CHUNK_BYTES, tooLarge } from './body.ts'
import { type Local, onlyThisMachine } from './local/access.ts'
import type { Log } from './log.ts'
import type { Metrics } from './metrics.ts'
import { observe } from './observe.ts'
import { Problem } from './problem.ts'
import type { RateLimit } from './rate-limit.ts'
import type { Removal } from './removal.ts'
import { drainRefused, limitBody } from './request-body.ts'
import { addClusterRoutes } from './routes/clusters.ts'
import { addEventRoutes } from './routes/events.ts'
import { addHealthRoutes } from './routes/health.ts'
import { addInsightRoutes } from './routes/insights.ts'
import { addPages, exceptPages } from './routes/pages.ts'
import { addProjectRoutes } from './routes/projects.ts'
import { addRunRoutes } from './routes/runs.ts'
import { addSessionRoutes, addSignIn } from './routes/session.ts'
import { addTestRoutes } from './routes/tests.ts'
import { addUploadRoutes } from './routes/uploads.ts'
import type { SessionCookie } from './session-cookie.ts'
import type { Sessions } from './sessions.ts'
import type { Store } from './store/open.ts'
import type { Streams } from './streams.ts'
import type { Authenticator, Token } from './tokens.ts'
import { isUnavailable } from './unavailable.ts'
import type { Uploads } from './uploads.ts'

/** What the routes work with. */
export interface Endpoint extends Store {
  uploads: Uploads
  removal: Removal
  arrivals: Arrivals
  streams: Streams
  authenticator: Authenticator
  sessions: Sessions
  cookie: SessionCookie
  /** Where it shows the store of this machine. */
  local?: Local | undefined
  /** The address at which browsers find it, where that is not the one on which it listens. */
  publicUrl?: string | undefined
  rateLimit: RateLimit
  metrics: Metrics
  log: Log
  /** The operator's Datadog and Sentry, where they are on. */
  observer?: Observer | undefined
}

export interface Variables {
  Bindings: HttpBindings
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
  app.onError((error, context) => answerError(error, context.req.raw.signal, endpoint).toResponse())
  app.notFound(({ req }) => new Problem(404, 'no such route', `there is no ${req.method} ${req.path}`).toResponse())
  app.use(observe(endpoint))
  app.use(exceptPages(headers))
  app.use(exceptPages(noStore))
  if (endpoint.local !== undefined) app.use(onlyThisMachine())
  addPages(app, endpoint)
  addHealthRoutes(app, endpoint)
  app.use('/v1/*', drainRefused())
  app.use('/v1/session', limitJson)
  addSignIn(app, endpoint)
  app.use('/v1/*', authenticate(endpoint))
  app.use('/v1/*', (context, next) => (context.req.path.includes('/chunks/') ? limitChunk : limitJson)(context, next))
  addSessionRoutes(app, endpoint)
  addUploadRoutes(app, endpoint)
  addRunRoutes(app, endpoint)
  addEventRoutes(app, endpoint)
  addTestRoutes(app, endpoint)
  addInsightRoutes(app, endpoint)
  addClusterRoutes(app, endpoint)
  addProjectRoutes(app, endpoint)
  describe(app)
  return app
}

/** Answers are data, never a page: nothing in them may run, be framed, or be kept by a cache. */
const headers = secureHeaders({
  contentSecurityPolicy: { defaultSrc: ["'none'"], frameAncestors: ["'none'"] },
  xFrameOptions: 'DENY',
  referrerPolicy: 'no-referrer',
})

const MOST_JSON_BYTES = 256 * 1024
const limitJson = limitBody(
  MOST_JSON_BYTES,
  () => new Problem(413, 'body too large', `this takes at most ${MOST_JSON_BYTES} bytes`),
)
const limitChunk = limitBody(MOST_CHUNK_BYTES, tooLarge)

const noStore: MiddlewareHandler = async (context, next) => {
  await next()
  context.header('cache-control', 'no-store')
}

function describe(app: App): void {
  app.openAPIRegistry.registerComponent('securitySchemes', 'token', { type: 'http', scheme: 'bearer' })
  app.doc31('/openapi.json', {
    openapi: '3.1.0',
    info: { title: 'kafka-testkit endpoint', version: '1' },
    security: [{ token: [] }],
  })
}

/** What is wrong with the path, the query or the JSON, without the value. */
function unfit(target: string, { issues }: z.ZodError): Problem {
  const [issue] = issues
  const where = issue === undefined || issue.path.length === 0 ? target : `${target} ${issue.path.join('.')}`
  return new Problem(target === 'json' ? 422 : 400, 'not as the API has it', `${where}: ${issue?.message ?? 'wrong'}`)
}

function answerError(error: Error, { aborted }: AbortSignal, { log, observer }: Endpoint): Problem {
  if (error instanceof Problem) return error
  if (aborted) return new Problem(400, 'request not readable', 'the connection broke before all of it was here')
  if (error instanceof HTTPException) return new Problem(400, 'request not readable', error.message)
  if (isUnavailable(error)) {
    log('warn', 'store unavailable', { error: error.name, code: (error as NodeJS.ErrnoException).code })
    return new Problem(503, 'store unavailable', 'the endpoint cannot store or read now', {
      headers: { 'retry-after': '5' },
    })
  }
  // The message of a database's error may quote values: where it happened has to do.
  const at = error.stack?.split('\n').filter((frame) => /^\s+at /.test(frame))
  log('error', 'request failed', { error: error.name, code: (error as NodeJS.ErrnoException).code, at })
  observer?.failed(error)
  return new Problem(500, 'internal error', 'the endpoint failed; its log says where')
}
