import { type ReadonlySignal, signal } from '@preact/signals'

/** How long a request may take before it is called off (milliseconds); for a whole run, which may be large, longer. */
const DEADLINE = 15_000
export const LONG_DEADLINE = 120_000

/** An answer that is none of what was asked for, in words for the reader. */
export class ApiError extends Error {
  /** 0 where the endpoint could not be reached, or did not answer in time. */
  readonly status: number

  constructor(status: number, message: string) {
    super(message)
    this.name = 'ApiError'
    this.status = status
  }
}

const isOut = signal(false)

/** Whether the session is over, or none has begun: then the page for signing in stands where the page stood. */
export const signedOut: ReadonlySignal<boolean> = isOut

interface Asked {
  method?: 'GET' | 'POST' | 'PUT' | 'DELETE'
  /** Sent as JSON. */
  body?: unknown
  /** Milliseconds. */
  deadline?: number
  /** Calls it off: the reader went elsewhere. */
  signal?: AbortSignal | undefined
}

/** Asks the endpoint for JSON: `ask('/v1/projects')`. Parts of a path that are names go through `encodeURIComponent`. */
export async function ask<Result>(path: string, asked: Asked = {}): Promise<Result> {
  const response = await request(path, asked)
  return (response.status === 204 ? undefined : await response.json()) as Result
}

/** The one place that makes requests. @throws ApiError, whatever is wrong. */
export async function request(path: string, { method = 'GET', body, deadline = DEADLINE, signal: own }: Asked = {}) {
  const late = AbortSignal.timeout(deadline)
  const init: RequestInit = { method, signal: own === undefined ? late : AbortSignal.any([late, own]) }
  if (body !== undefined) {
    init.body = JSON.stringify(body)
    init.headers = { 'content-type': 'application/json' }
  }
  const response = await fetch(path, init).catch((error: Error) => {
    throw new ApiError(0, late.aborted ? `No answer came within ${deadline / 1000} s.` : unreachable(error))
  })
  if (response.ok) {
    if (path === '/v1/session' && method !== 'DELETE') isOut.value = false
    return response
  }
  const told = await reasonOf(response)
  // Of a token that is wrong the page for signing in says so itself.
  if (response.status === 401 && method !== 'POST') isOut.value = true
  throw new ApiError(response.status, told)
}

export async function signIn(token: string): Promise<void> {
  await ask('/v1/session', { method: 'POST', body: { token } })
}

export async function signOut(): Promise<void> {
  await ask('/v1/session', { method: 'DELETE' })
  isOut.value = true
}

function unreachable(_: Error): string {
  return "The endpoint can't be reached."
}

/** What an answer says is wrong: problem+json, or its status where somebody else answered. */
async function reasonOf(response: Response): Promise<string> {
  const isProblem = /^application\/problem\+json/.test(response.headers.get('content-type') ?? '')
  const problem = isProblem
    ? ((await response.json().catch(() => null)) as { title: string; detail: string } | null)
    : null
  return problem === null
    ? `The answer was ${response.status} ${response.statusText}.`
    : `${problem.title}: ${problem.detail}`
}
