import { gunzipSync } from 'node:zlib'
import type { PageHead } from '../../src/history/report/page-head.ts'
import type { Line } from '../../src/run/model.ts'

type Block = (PageHead | Line)[]

/** What a report holds of its run. */
export function linesOf(page: string): Block {
  return blocksOf(page).flat()
}

/** The same block by block: its index, and behind it the parts of what tests did. */
export function blocksOf(page: string): Block[] {
  const blocks = page.matchAll(/<script type="text\/plain" (?:id="run"|class="part")>([^<]*)<\/script>/g)
  return [...blocks].map(([, packed = '']) => {
    const text = gunzipSync(Buffer.from(packed, 'base64')).toString()
    return text.split('\n').map((line) => JSON.parse(line) as PageHead | Line)
  })
}
