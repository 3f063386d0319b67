import type { PageHead } from '../../history/report/page-head.ts'
import type { EndLine, RunLine } from '../../run/model.ts'
import { ask, LONG_DEADLINE, request } from './api.ts'
import { type RunData, RunReader } from './run-data.ts'
import { askSession, damagedOf, type Session } from './session.ts'

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
  /** That of its environment, where it has one. */
  color: string | null
}

/** Which runs are meant; what is empty says nothing. */
export interface RunsAsked {
  search: string
  /** How the run ended, or whether it did. */
  status: string
  branch: string
  environment: string
}

/** How many come at once. */
const PAGE = 200

/** A page of them, the newest first, behind the run `before`; and how many there are on all pages. */
export async function listRuns(
  project: string,
  { status, ...asked }: RunsAsked,
  before?: string,
  signal?: AbortSignal,
): Promise<{ runs: StoredRun[]; total: number }> {
  const ofState = status === 'running' || status === 'lost' ? { state: status } : {}
  const ofStatus = status === 'passed' || status === 'failed' ? { status, state: 'complete' } : {}
  const query = queryOf({ ...asked, ...ofState, ...ofStatus, before, limit: PAGE })
  return await ask(`${projectPath(project)}/runs${query}`, { signal })
}

/** Where the endpoint has what is a project's. */
export function projectPath(project: string): string {
  return `/v1/projects/${encodeURIComponent(project)}`
}

/** As the end of an address, without what is empty. */
export function queryOf(values: Record<string, string | number | undefined>): string {
  const given = Object.entries(values).filter(([, value]) => value !== undefined && value !== '')
  return given.length === 0 ? '' : `?${new URLSearchParams(given.map(([name, value]) => [name, String(value)]))}`
}

/** A run with all that is stored of it, as a report has it; more may come. */
export class LoadedRun {
  readonly id: string
  /** The chunks that are here, as the endpoint names them. */
  chunks: string
  #stored: StoredRun
  readonly #session: Session
  readonly #reader: RunReader

  constructor(session: Session, stored: StoredRun, chunks: string, lines: readonly string[]) {
    this.#session = session
    this.id = stored.id
    this.chunks = chunks
    this.#stored = stored
    this.#reader = new RunReader(stored.run)
    this.#reader.add(lines)
  }

  get isRunning(): boolean {
    return this.#stored.state !== 'complete'
  }

  add(chunks: string, lines: readonly string[]): void {
    this.chunks = chunks
    this.#reader.add(lines)
  }

  become(stored: StoredRun): void {
    this.#stored = stored
  }

  data(): RunData {
    const { state } = this.#stored
    const head: PageHead = {
      type: 'page',
      version: this.#session.version,
      state: state === 'complete' ? 'ended' : state,
      madeAt: Date.now(),
      damaged: damagedOf(this.#session, this.id),
      leftOut: 0,
    }
    return { ...this.#reader.read(head), live: this.isRunning }
  }
}

export async function loadRun(id: string, signal?: AbortSignal): Promise<LoadedRun> {
  const path = `/v1/runs/${encodeURIComponent(id)}`
  const [session, stored] = await Promise.all([askSession(signal), ask<StoredRun>(path, { signal })])
  const response = await request(`${path}/lines`, { deadline: LONG_DEADLINE, signal })
  const lines = (await response.text()).split('\n').filter((text) => text !== '')
  return new LoadedRun(session, stored, response.headers.get('kafka-testkit-chunks') ?? '', lines)
}
