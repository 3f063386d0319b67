import { type Post, withinDeadline } from './delivery.ts'
import type { Settings } from './settings.ts'
import type { Usage } from './usage.ts'

export interface Report {
  usage?: Usage
  /** An error of ours that ended what was being done. */
  error?: unknown
}

/**
 * Sends what is on and has a destination, within the deadline. Never throws and prints nothing: not the reporter's run
 * nor the command may feel it. `telemetry status` says what is wrong, where something is.
 *
 * @param operator whether the environment may turn telemetry on (`serve`).
 */
export async function report(what: Report, operator = false): Promise<void> {
  try {
    // Loaded here: it throws where a machine knows no home folder for its user.
    const { readSettings } = await import('./settings.ts')
    const settings = readSettings(operator)
    if (!settings.on) return
    const loaded = await Promise.allSettled(loadClients(what, settings))
    await withinDeadline(loaded.flatMap((client) => (client.status === 'fulfilled' ? [client.value] : [])))
  } catch {
    // A variable or the file is wrong.
  }
}

export type Client = (post: Post) => Promise<void>

/** What sends each part that has a destination: its official client, which is loaded only here. */
export function loadClients({ usage, error }: Report, settings: Settings): Promise<Client>[] {
  const { segmentWriteKey, sentryDsn } = settings.destinations
  const clients: Promise<Client>[] = []
  if (usage !== undefined && segmentWriteKey !== undefined) {
    clients.push(
      import('./segment.ts').then(
        ({ sendUsage }) =>
          (post) =>
            sendUsage(usage, settings, post),
      ),
    )
  }
  if (error !== undefined && sentryDsn !== undefined) {
    clients.push(
      import('./sentry.ts').then(
        ({ sendError }) =>
          (post) =>
            sendError(error, settings, post),
      ),
    )
  }
  return clients
}
