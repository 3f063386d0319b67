import { spawnSync } from 'node:child_process'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { Store } from '../../src/history/store.ts'

/** Stores a run in `root`; the write number `killAt` is done by half, and the process gone. */
function storeRun(root: string, killAt: number): { killed: boolean } {
  const script = `
import fs from 'node:fs'
import { syncBuiltinESMExports } from 'node:module'
let left = ${killAt}
for (const name of ['mkdirSync', 'writeFileSync', 'appendFileSync', 'renameSync', 'rmSync']) {
  const real = fs[name]
  fs[name] = (path, ...rest) => {
    if (left-- > 0) return real(path, ...rest)
    const [text] = rest
    if (typeof text === 'string' && name !== 'renameSync') real(path, text.slice(0, text.length / 2))
    process.kill(process.pid, 'SIGKILL')
  }
}
syncBuiltinESMExports()
const { Store } = await import(${JSON.stringify(new URL('../../src/history/store.ts', import.meta.url).href)})
const metrics = { recordsProduced: 0, recordsReceived: 0, bytesProduced: 0, bytesReceived: 0, produceToAck: null, ackToReceive: null }
const run = {
  type: 'run', schema: 1, id: '01a2137a-82e8-77bb-a811-57684f4927c6', project: 'shop', branch: null, commit: null, ci: null,
  runner: { name: 'vitest', version: '5.1.1' }, node: '24.0.0', environment: null, cluster: { kind: 'embedded' },
  shard: null, startedAt: Date.now(),
}
const test = (name) => ({
  type: 'test', id: name, key: name, project: '', file: 'a.test.ts', name, status: 'passed', startedAt: 0, duration: 1,
  flaky: false, attempts: [], metrics,
})
const store = new Store(${JSON.stringify(root)})
store.begin(run)
store.append(run, JSON.stringify(test('one')) + '\\n')
store.append(run, JSON.stringify(test('two')) + '\\n')
const end = {
  type: 'end', status: 'passed', duration: 1, metrics,
  totals: { tests: 2, passed: 2, failed: 0, skipped: 0, flaky: 0, withKafka: 2 },
}
store.append(run, JSON.stringify(end) + '\\n')
store.end(run, end)
store.prune({ runs: 10, days: 10, keep: run.id })
`
  const args = ['--disable-warning=ExperimentalWarning', '--input-type=module', '-e', script]
  const { status, stderr } = spawnSync(process.execPath, args, { encoding: 'utf8' })
  expect(stderr).toBe('')
  return { killed: status !== 0 }
}

test('a kill at any write leaves no run or a readable one', { timeout: 60_000 }, () => {
  const states: string[] = []
  for (let killAt = 0, killed = true; killed; killAt += 1) {
    const root = mkdtempSync(join(tmpdir(), 'kafka-testkit-kill-'))
    try {
      killed = storeRun(root, killAt).killed
      const { runs, damaged } = new Store(root).list()
      expect(damaged, `killed at write ${killAt}`).toEqual([])
      expect(runs.length).toBeLessThanOrEqual(1)
      const [found] = runs
      states.push(found?.state ?? 'none')
      if (found?.state === 'passed') {
        const { lines, damaged } = new Store(root).read(found.id)
        expect(lines.map(({ type }) => type)).toEqual(['run', 'test', 'test', 'end'])
        expect(damaged).toEqual([])
      }
    } finally {
      rmSync(root, { recursive: true, force: true })
    }
  }
  expect(new Set(states)).toEqual(new Set(['none', 'lost', 'passed']))
})
