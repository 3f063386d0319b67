import { randomUUID } from 'node:crypto'
import type { ClusterLine, Line, RunLine, Status } from '../../../src/run/model.ts'
import { clusterLine, endLine, runLine } from '../../endpoint/support/run.ts'
import { task, testLine } from './sample.ts'

const DAY_MS = 24 * 60 * 60 * 1000

interface Kind {
  /** Days before today. */
  ago: number
  branch?: string
  environment?: string | null
  redacted?: RunLine['redacted']
  /** Of the test that goes up and down. */
  status?: Status
  flaky?: boolean
  /** Milliseconds that its slow test takes. */
  slow?: number
}

const colors: Readonly<Record<string, ClusterLine['color']>> = { staging: 'yellow', ci: 'blue' }
let made = 0

/** A run of five tests at noon (UTC) of a day; today's a moment ago, since no run begins later than it arrives. */
export function runOf({
  ago,
  branch = 'main',
  environment = null,
  status = 'passed',
  flaky = false,
  slow = 400,
  redacted,
}: Kind): Line[] {
  const noon = Math.floor(Date.now() / DAY_MS) * DAY_MS + DAY_MS / 2 - ago * DAY_MS
  // None at the same time as another, so that they have one order everywhere.
  const startedAt = Math.min(noon, Date.now() - 60_000) + made++
  const one = (name: string, duration: number, changes: object = {}): Line => {
    const id = randomUUID()
    const file = `test/${name.split(' ')[0]}.test.ts`
    const attempts = [{ attempt: 0, status: 'passed' as Status, startedAt, duration, errors: [] }]
    return testLine(id, { key: `shop ${file} ${name}`, file, name, startedAt, duration, attempts, ...changes })
  }
  const tests = [
    one('orders over stock are rejected', 120, { status }),
    one('orders are accepted while there is stock', 90, { flaky }),
    one('payments are taken once', slow),
    one('stock is counted down', 60),
    one('stock is never below zero', 30, { status: 'skipped', duration: 0, attempts: [] }),
  ]
  const produced = tests.slice(0, 4).flatMap((test) => {
    const { id } = test as { id: string }
    return [test, task(id, 1, { duration: slow / 20 }), task(id, 9, { kind: 'receive', duration: slow / 10 })]
  })
  const changes = redacted === undefined ? {} : { redacted }
  const lines = [...produced, tests[4]!]
  const end = endLine(lines)
  const metrics = { ...end.metrics, recordsProduced: 40 + (ago % 5) * 4, recordsReceived: 24 + (ago % 3) * 6 }
  return [
    runLine({ project: 'shop', startedAt, branch, environment, commit: randomUUID().slice(0, 8), ...changes }),
    clusterLine({ environment, color: environment === null ? null : (colors[environment] ?? null) }),
    ...lines,
    { ...end, duration: 900 + 2 * slow, metrics },
  ]
}

/** Five weeks of a project, with a day or two in which nothing ran; the oldest first. */
export function weeks(): Line[][] {
  const runs: Line[][] = []
  for (let ago = 34; ago >= 0; ago -= 1) {
    if (ago % 7 === 3 || (ago > 17 && ago < 22)) continue
    const status: Status = ago % 5 === 1 ? 'failed' : 'passed'
    runs.push(runOf({ ago, status, flaky: ago % 4 === 0, slow: 400 + (34 - ago) * 12 + (ago % 3) * 60 }))
    if (ago % 2 === 0) runs.push(runOf({ ago, branch: 'feature/stock-level', environment: 'staging', slow: 380 }))
    if (ago % 6 === 0) runs.push(runOf({ ago, environment: 'ci', redacted: { records: true, checks: false } }))
  }
  return runs
}
