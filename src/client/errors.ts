import { errorName } from '../broker/protocol/errors.ts'

export interface ErrorDetails {
  /** Kafka's or Node's name of it. */
  code: string
  /** Which broker it is about, as `host:port`. */
  at?: string | undefined
  /** What Kafka itself said about it, where it did. */
  said?: string | null | undefined
  cause?: unknown
}

/** What a broker answered, or why it didn't. */
export class ClientError extends Error {
  override name = 'ClientError'
  readonly code: string
  readonly at: string | undefined
  readonly said: string | undefined

  constructor(message: string, { code, at, said, cause }: ErrorDetails) {
    super(message, cause === undefined ? undefined : { cause })
    this.code = code
    this.at = at
    this.said = said ?? undefined
  }

  static codeOf(error: unknown): string | undefined {
    return error instanceof ClientError ? error.code : undefined
  }
}

/** @throws ClientError unless an error code of an answer is that of none. */
export function checkAnswer(errorCode: number, details: { at: string; said?: string | null }): void {
  if (errorCode === 0) return
  const code = errorName(errorCode)
  throw new ClientError(details.said ?? code, { code, ...details })
}
