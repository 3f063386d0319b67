import { isNativeError } from 'node:util/types'

/** What was thrown, as an error; one of another realm (in Jest a test's) is one too. */
export function errorOf(thrown: unknown): Error {
  return thrown instanceof Error || isNativeError(thrown) ? thrown : new Error(String(thrown))
}
