/** An answer that is an error: `application/problem+json` (RFC 9457). Its detail never holds what was uploaded. */
export class Problem extends Error {
  readonly status: ProblemStatus
  readonly title: string
  /** Further members of the answer, such as `missing`. */
  readonly members: Record<string, unknown>
  readonly headers: Record<string, string>

  constructor(
    status: ProblemStatus,
    title: string,
    detail: string,
    { members = {}, headers = {} }: { members?: Record<string, unknown>; headers?: Record<string, string> } = {},
  ) {
    super(detail)
    this.name = 'Problem'
    this.status = status
    this.title = title
    this.members = members
    this.headers = headers
  }

  toResponse(): Response {
    const { status, title, message, members } = this
    return new Response(JSON.stringify({ title, status, detail: message, ...members }), {
      status,
      headers: { 'content-type': 'application/problem+json', ...this.headers },
    })
  }
}

export type ProblemStatus = 400 | 401 | 403 | 404 | 409 | 410 | 411 | 413 | 415 | 422 | 429 | 500 | 503
