import { finished } from 'node:stream/promises'
import type { HttpBindings } from '@hono/node-server'
import type { MiddlewareHandler } from 'hono'
import { Problem } from './problem.ts'

/** What of a body is taken, to be thrown away, so that its sender hears the answer. */
const MOST_DRAINED_BYTES = 64 * 1024 * 1024

/** @throws Problem 413 by `tooLarge`, 411 where the length of the body is not said in advance. */
export function limitBody(mostBytes: number, tooLarge: () => Problem): MiddlewareHandler {
  return async ({ req }, next) => {
    if (req.header('transfer-encoding') !== undefined) {
      throw new Problem(411, 'length wanted', 'Content-Length is wanted, the body is not to be sent in pieces')
    }
    // Node takes no more than that from the connection.
    if (Number(req.header('content-length') ?? 0) > mostBytes) throw tooLarge()
    await next()
  }
}

/**
 * An answer before the end of the body would meet a sender who is still sending: many clients then see a broken
 * connection and no answer. So the rest of the body of a refused request is taken first.
 */
export function drainRefused(): MiddlewareHandler<{ Bindings: HttpBindings }> {
  return async (context, next) => {
    await next()
    const { incoming } = context.env
    if (incoming.readableEnded || incoming.destroyed || incoming.readableFlowing === true) return
    if (context.res.status < 400 || Number(context.req.header('content-length') ?? 0) > MOST_DRAINED_BYTES) return
    incoming.resume()
    await finished(incoming, { writable: false }).catch(() => {})
  }
}
