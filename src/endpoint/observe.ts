import type { Context, MiddlewareHandler } from 'hono'
import { routePath } from 'hono/route'
import type { Endpoint, Variables } from './app.ts'

/** Asked every few seconds by what watches the process: not worth a line. */
const quiet = new Set(['/health', '/ready', '/metrics'])

/** Counts and logs each request by its route, never by what stood in the path, the query or the body. */
export function observe({ log, metrics, observer }: Endpoint): MiddlewareHandler<Variables> {
  return async (context, next) => {
    const began = performance.now()
    metrics.inFlight += 1
    try {
      await next()
    } finally {
      metrics.inFlight -= 1
      const ms = performance.now() - began
      const route = routeOf(context)
      const { method } = context.req
      const { status } = context.res
      metrics.request(method, route, status, ms / 1000)
      observer?.answered({ method, route, status, milliseconds: ms })
      if (!quiet.has(route)) {
        const token = (context.get('token') as { id: string } | undefined)?.id
        log('info', 'request', { method, route, status, ms: Math.round(ms), token })
      }
    }
  }
}

function routeOf(context: Context): string {
  const path = routePath(context, -1)
  return path.endsWith('*') ? 'none' : path
}
