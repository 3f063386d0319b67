import { ask } from './api.ts'

/** As whom one reads, and from what. */
export interface Session {
  token: { id: string; name: string; scope: 'write' | 'read' | 'admin'; project: string | null }
  /** Of kafka-testkit. */
  version: string
  /** The store of this machine; null at an endpoint of a team. */
  store: { folder: string; problems: { run: string; problem: string }[] } | null
}

export function askSession(signal?: AbortSignal): Promise<Session> {
  return ask<Session>('/v1/session', { signal })
}

/** How many lines of a run can't be read. */
export function damagedOf({ store }: Session, run: string): number {
  return store?.problems.filter((one) => one.run === run).length ?? 0
}
