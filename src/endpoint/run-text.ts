import { decode } from './body.ts'
import { chunksOf, type StoredChunk } from './chunks.ts'
import type { Bodies, Database } from './store/database.ts'

/** Chunks by their numbers: `0-5,7`. It is how a reader says which of them it has. */
export function printChunks(numbers: readonly number[]): string {
  const spans: [number, number][] = []
  for (const number of numbers.toSorted((a, b) => a - b)) {
    const last = spans.at(-1)
    if (last !== undefined && number <= last[1] + 1) last[1] = number
    else spans.push([number, number])
  }
  return spans.map(([from, to]) => (from === to ? from : `${from}-${to}`)).join(',')
}

/** What `printChunks` has printed; what it hasn't is of no chunk. */
export function parseChunks(text: string): Set<number> {
  const numbers = new Set<number>()
  for (const [, from, to = from] of text.matchAll(/(\d{1,5})(?:-(\d{1,5}))?/g)) {
    for (let number = Number(from); number <= Number(to); number += 1) numbers.add(number)
  }
  return numbers
}

/** The NDJSON of a run's chunks as it is stored, one after the other: no more than one of them is held in memory. */
export async function* textOf(
  database: Database,
  bodies: Bodies,
  run: string,
  chunks: readonly StoredChunk[],
): AsyncGenerator<Buffer> {
  for (const { seq } of chunks) {
    const text = await readChunkText(database, bodies, run, seq)
    if (text !== undefined) yield text
  }
}

/** Undefined when it is gone: its run was deleted meanwhile. */
async function readChunkText(
  database: Database,
  bodies: Bodies,
  run: string,
  seq: number,
): Promise<Buffer | undefined> {
  for (let attempt = 0; ; attempt += 1) {
    const chunk = (await chunksOf(database, run)).find((one) => one.seq === seq)
    if (chunk === undefined) return undefined
    try {
      const raw = await decode(await bodies.read(run, chunk.body), chunk.encoding)
      return raw.at(-1) === 10 ? raw : Buffer.concat([raw, Buffer.from('\n')])
    } catch (error) {
      // It was written anew between the look at the database and the reading: now both agree.
      if (attempt === 1) throw error
    }
  }
}
