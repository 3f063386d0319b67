import type { EndLine, RunLine } from '../../run/model.ts'
import { ask, LONG_DEADLINE, request } from './api.ts'
import { type RunData, runOf } from './run-data.ts'

/** A run as the endpoint lists it. Times are milliseconds since the epoch. */
export interface StoredRun {
  id: string
  project: string
  state: 'running' | 'lost' | 'complete'
  run: RunLine
  end: EndLine | null
  updatedAt: number
  completedAt: number | null
  dataRemovedAt: number | null
}

/** The newest first. */
export async function listRuns(project: string, signal?: AbortSignal): Promise<StoredRun[]> {
  const path = `/v1/projects/${encodeURIComponent(project)}/runs`
  return (await ask<{ runs: StoredRun[] }>(path, { signal })).runs
}

/** A run with all that is stored of it, as a report has it. */
export async function loadRun(id: string, signal?: AbortSignal): Promise<RunData> {
  const path = `/v1/runs/${encodeURIComponent(id)}`
  const stored = await ask<StoredRun>(path, { signal })
  const response = await request(`${path}/lines`, { deadline: LONG_DEADLINE, signal })
  const lines = (await response.text()).split('\n').filter((text) => text !== '')
  return runOf(headOf(stored), stored.run, lines)
}

function headOf({ state }: StoredRun): RunData['head'] {
  const told = state === 'complete' ? 'ended' : state
  return { type: 'page', version: '', state: told, madeAt: Date.now(), damaged: 0, leftOut: 0 }
}
