import { stripVTControlCharacters } from 'node:util'

// biome-ignore lint/suspicious/noControlCharactersInRegex: these are what has to go.
const control = /[\u0000-\u0008\u000b-\u001f\u007f-\u009f]/
const allControl = new RegExp(control, 'g')

/** A text as it is read without a terminal: no colour, no control character but lines and tabs. */
export function plain(text: string): string {
  return control.test(text) ? stripVTControlCharacters(text).replaceAll('\r\n', '\n').replaceAll(allControl, '') : text
}

/** The same of a name. */
export function oneLine(text: string): string {
  return plain(text).replaceAll(/[\n\t]+/g, ' ')
}
