import type { VNode } from 'preact'
import type { RunLine } from '../../run/model.ts'
import { ask } from '../data/api.ts'
import { getTestHistory, scopeOf, type TestHistory } from '../data/insights.ts'
import { useLoad } from '../data/load.ts'
import { projectPath, queryOf, type StoredRun } from '../data/stored-run.ts'
import { href } from '../route.ts'
import { Dots } from './dots.tsx'

/** How many of a test's last runs stand on its page. */
const SHOWN = 20

/** From a run to what went otherwise than in the one before, on its branch. */
export function RunBefore({ project, run }: { project: string; run: RunLine }): VNode | null {
  const found = useLoad(`before ${run.id}`, async (signal) => {
    const query = queryOf({ branch: run.branch ?? undefined, state: 'complete', before: run.id, limit: 1 })
    return (await ask<{ runs: StoredRun[] }>(`${projectPath(project)}/runs${query}`, { signal })).runs
  })
  const [before] = found.state === 'ready' ? found.value : []
  return before === undefined ? null : (
    <a href={href([project, 'compare', before.id, run.id], {}, [])}>Compare with the run before</a>
  )
}

/** How a test ended in its last runs; nothing where it has no other, or they can't be read. */
export function TestBefore({ project, run, test }: { project: string; run: string; test: string }): VNode | null {
  const found = useLoad(`history ${run} ${test}`, async (signal): Promise<TestHistory> => {
    const path = `/v1/runs/${encodeURIComponent(run)}/tests/${encodeURIComponent(test)}`
    const { test: own } = await ask<{ test: { test: { id: string } } }>(path, { signal })
    return await getTestHistory(scopeOf(project, new URLSearchParams()), own.test.id, signal)
  })
  if (found.state !== 'ready') return null
  const { test: own, executions } = found.value
  return (
    <div class="history">
      <a href={href([project, 'tests', own.id], {}, [])}>Its history</a>
      <Dots project={project} executions={executions.slice(0, SHOWN)} here={run} />
    </div>
  )
}
