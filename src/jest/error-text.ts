import { stripVTControlCharacters } from 'node:util'
import { stringify } from '../kafka/failure-message.ts'
import { inTheClear } from '../redaction/shown.ts'

export interface ErrorText {
  name: string
  message: string
}

/** Jest has an error as its stack: `Name: message`, and below it the frames. */
export function errorOf(stack: string): ErrorText {
  const [text = ''] = stripVTControlCharacters(stack).split(/\n\s+at /)
  const { 1: name = 'Error', 2: message = text } = /^(\w*Error): (.*)$/s.exec(text) ?? []
  return { name, message }
}

/** What was thrown, as Jest's results have it. It keeps it with an error that shows where the test is. */
export function thrownText(error: unknown): ErrorText {
  const thrown: unknown = Array.isArray(error) ? error[0] : error
  const { stack, message } = (thrown ?? {}) as { stack?: unknown; message?: unknown }
  if (typeof stack === 'string' && stack !== '') return errorOf(stack)
  return errorOf(typeof message === 'string' ? message : `thrown: ${stringify(inTheClear(thrown))}`)
}
