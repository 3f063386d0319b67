import type { FileHead } from '../../history/report/page-head.ts'
import type { RunLine } from '../../run/model.ts'
import { Packed, type TextOfPart } from './packed.ts'
import { type RunData, RunReader } from './run-data.ts'

/**
 * The run of a file, by its index; what tests did is read when it is unpacked.
 * @throws Error where the page holds no run.
 */
export function readRun(index: string, textOf: TextOfPart): RunData {
  const [first, run, ...lines] = index.split('\n')
  if (!first?.startsWith('{"type":"page"') || run === undefined)
    throw new Error('The page holds no run: it was cut off.')
  const { counts, parts, ...head } = JSON.parse(first) as FileHead
  const reader = new RunReader(JSON.parse(run) as RunLine)
  reader.add(lines)
  const data = reader.read(head)
  const ids = [...new Set(data.tests.map(({ id }) => id))]
  const packed = new Packed(ids, parts, textOf, (texts) => reader.add(texts))
  return { ...data, counts: new Map(Object.entries(counts)), packed }
}
