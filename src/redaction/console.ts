import { format, stripVTControlCharacters } from 'node:util'
import type { Cluster, Reader, StoredRecord } from '../cluster/cluster.ts'
import { isOn, type Redaction } from './redaction.ts'
import { scrubberFor } from './scrubber.ts'
import { partsOf } from './sensitive.ts'

const methods = ['debug', 'dir', 'error', 'info', 'log', 'trace', 'warn'] as const
export type RedactedConsole = Pick<Console, (typeof methods)[number]>

interface Circumstances {
  redaction: () => Redaction
  /** Record data that went through the hands of the tests that run. */
  noted: () => readonly unknown[]
}

/** A console that is redacted, until it is restored. */
export interface ConsoleRedaction {
  /** What is appended to its logs from now on is record data. */
  watch(cluster: Cluster): void
  restore(): void
}

/**
 * Takes record data out of what a console prints, as far as it is known when it is printed: what the tests had in hand,
 * and what was appended to a log.
 */
export function redactConsole(console: RedactedConsole, { redaction, noted }: Circumstances): ConsoleRedaction {
  const appended: StoredRecord[] = []
  const watches: (() => void)[] = []
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
    const parts = [...noted(), ...appended].flatMap(partsOf)
    const scrubbed = scrubberFor([text], { redaction: current, parts, own: new Set() }).text(text)
    return scrubbed === stripVTControlCharacters(text) ? args : [scrubbed]
  }
  return {
    watch: (cluster) => watches.push(collect(cluster, appended)),
    restore() {
      for (const stop of watches) stop()
      for (const [method, original] of originals) console[method] = original
    },
  }
}

/** Reads each record when it is appended: an application that prints it has yet to fetch it. */
function collect(cluster: Cluster, records: StoredRecord[]): () => void {
  const readers = new Map<string, Reader>()
  return cluster.onEvent((event) => {
    if (event.kind !== 'produced') return
    const reader = readers.get(event.topic) ?? cluster.reader(event.topic, 'beginning')
    readers.set(event.topic, reader)
    reader.read().then(
      (more) => records.push(...more),
      () => {},
    )
  })
}
