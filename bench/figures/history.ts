import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { findRun } from '../../src/history/find.ts'
import { selectRuns } from '../../src/history/select.ts'
import { Store } from '../../src/history/store.ts'
import { storeRun } from '../../test/support/history.ts'
import type { Outcome } from '../support/figure.ts'
import { median } from '../support/statistics.ts'

const runs = 10_000
const rounds = 15

/** What the commands of the history take in a store of ten thousand runs, without Node's own start. */
export default async function history(): Promise<Outcome[]> {
  const root = mkdtempSync(join(tmpdir(), 'kafka-testkit-history-'))
  try {
    for (let ago = runs; ago > 0; ago--) {
      storeRun(root, { ago, branch: ago % 2 === 0 ? 'main' : 'stock', tests: [{ name: 'orders' }] })
    }
    const rebuilt = time(() => new Store(root).list())
    const list = repeat(() => new Store(root).list())
    const filtered = repeat(() =>
      selectRuns(new Store(root), new Store(root).list().runs, { branch: 'main', limit: 50 }),
    )
    const open = repeat(() => {
      const store = new Store(root)
      store.read(findRun(store, 'latest'))
    })
    return [
      {
        name: `list ${runs} runs`,
        measured: median(list),
        unit: 'ms',
        goal: { atMost: 50 },
        details: { 'the first time ms': rebuilt, 'by branch ms': median(filtered), 'slowest ms': Math.max(...list) },
      },
      {
        name: `open one of ${runs} runs`,
        measured: median(open),
        unit: 'ms',
        goal: { atMost: 50 },
        details: { 'slowest ms': Math.max(...open) },
      },
    ]
  } finally {
    rmSync(root, { recursive: true, force: true })
  }
}

function time(work: () => void): number {
  const begun = performance.now()
  work()
  return performance.now() - begun
}

function repeat(work: () => void): number[] {
  return Array.from({ length: rounds }, () => time(work))
}
