import { stripVTControlCharacters } from 'node:util'
import type { Line } from '../execution/model.ts'

// biome-ignore lint/suspicious/noControlCharactersInRegex: these are what has to go.
const control = /[\u0000-\u0008\u000b-\u001f\u007f-\u009f]/
const allControl = new RegExp(control, 'g')

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

/** Lines and tabs are text. */
function plain(text: string): string {
  return control.test(text) ? stripVTControlCharacters(text).replaceAll('\r\n', '\n').replaceAll(allControl, '') : text
}

function oneLine(text: string): string {
  return plain(text).replaceAll(/[\n\t]+/g, ' ')
}
