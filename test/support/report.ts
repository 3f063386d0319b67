import { gunzipSync } from 'node:zlib'
import type { PageHead } from '../../src/history/report/page-head.ts'
import type { Line } from '../../src/run/model.ts'

/** What a report holds of its run. */
export function linesOf(page: string): (PageHead | Line)[] {
  const [, packed = ''] = /<script type="text\/plain" id="run">([^<]*)<\/script>/.exec(page) ?? []
  const text = gunzipSync(Buffer.from(packed, 'base64')).toString()
  return text.split('\n').map((line) => JSON.parse(line) as PageHead | Line)
}
