import { format, stripVTControlCharacters } from 'node:util'
import { isOn, type Redaction } from './redaction.ts'
import { scrubberFor } from './scrubber.ts'
import { partsOf } from './sensitive.ts'

const methods = ['debug', 'dir', 'error', 'info', 'log', 'trace', 'warn'] as const
export type RedactedConsole = Pick<Console, (typeof methods)[number]>

interface Circumstances {
  redaction: () => Redaction
  /** Record data that went through the hands of the tests that run, or was appended to a log. */
  noted: () => readonly unknown[]
}

/** Takes record data out of what a console prints, as far as it is known when it is printed. Returns what ends that. */
export function redactConsole(console: RedactedConsole, { redaction, noted }: Circumstances): () => void {
  const originals = methods.map((method) => [method, console[method]] as const)
  for (const [method, original] of originals) {
    console[method] = (...args: unknown[]): void => {
      // A console prints no check: only record data is looked for.
      const current = { ...redaction(), checks: false }
      Reflect.apply(original, console, isOn(current) ? shown(args, current) : args)
    }
  }
  function shown(args: unknown[], current: Redaction): unknown[] {
    const text = format(...args)
    const parts = noted().flatMap(partsOf)
    const scrubbed = scrubberFor([text], { redaction: current, parts, own: new Set() }).text(text)
    return scrubbed === stripVTControlCharacters(text) ? args : [scrubbed]
  }
  return () => {
    for (const [method, original] of originals) console[method] = original
  }
}
