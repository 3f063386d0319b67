import type { Context } from 'hono'
import { deleteCookie, getCookie, setCookie } from 'hono/cookie'
import type { CookieOptions } from 'hono/utils/cookie'
import { originOf } from './origin.ts'
import type { SessionSecret } from './sessions.ts'

/** The cookie that holds a session's secret: no script can read it, no other site has it sent. */
export class SessionCookie {
  readonly #publicUrl: string | undefined

  constructor(publicUrl: string | undefined) {
    this.#publicUrl = publicUrl
  }

  read(context: Context): string | undefined {
    return getCookie(context, this.#nameFor(context)) || undefined
  }

  write(context: Context, { secret, expiresAt }: SessionSecret): void {
    setCookie(context, this.#nameFor(context), secret, { ...this.#options(context), expires: new Date(expiresAt) })
  }

  clear(context: Context): void {
    deleteCookie(context, this.#nameFor(context), this.#options(context))
  }

  /** Browsers keep one jar for all ports of a machine: each endpoint has a name of its own. */
  #nameFor(context: Context): string {
    const { protocol, port } = new URL(originOf(context, this.#publicUrl))
    return protocol === 'https:' ? '__Host-kafka-testkit' : `kafka-testkit-${port || '80'}`
  }

  #options(context: Context): CookieOptions {
    const secure = originOf(context, this.#publicUrl).startsWith('https:')
    return { path: '/', httpOnly: true, sameSite: 'Strict', secure }
  }
}
