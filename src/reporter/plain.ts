import { oneLine, plain } from '../base/plain.ts'
import type { Line } from '../run/model.ts'

/**
 * A line with its texts as they are read without a terminal: no colour, no control character. Runners colour errors where
 * CI is set, and a test may be named anything. The data of records stay as they are.
 */
export function plainLine<L extends Line>(line: L): L
export function plainLine(line: Line): Line {
  if (line.type === 'test') {
    const attempts = line.attempts.map((attempt) => ({ ...attempt, errors: attempt.errors.map(plainError) }))
    return { ...line, key: oneLine(line.key), name: oneLine(line.name), attempts }
  }
  if (line.type === 'task') return line.error === null ? line : { ...line, error: plainError(line.error) }
  if (line.type === 'error') return { ...plainError(line), suite: line.suite === null ? null : oneLine(line.suite) }
  if (line.type !== 'check') return line
  const [expected, actual, message] = [line.expected, line.actual, line.message].map((text) => text && plain(text))
  return { ...line, expected: expected ?? null, actual: actual ?? null, message: message ?? null }
}

function plainError<E extends { name: string; message: string }>(error: E): E {
  return { ...error, name: oneLine(error.name), message: plain(error.message) }
}
