import { Analytics } from '@segment/analytics-node'
import { DEADLINE, type Post } from './delivery.ts'
import type { Settings } from './settings.ts'
import type { Usage } from './usage.ts'

/** Sends one event to Segment. The SDK adds its own name and version, Node's version, times and a random id. */
export async function sendUsage({ event, facts }: Usage, settings: Settings, post: Post): Promise<void> {
  const { segmentWriteKey, segmentHost } = settings.destinations
  const analytics = new Analytics({
    writeKey: segmentWriteKey!,
    host: segmentHost,
    httpClient: post,
    flushAt: 1,
    // Each try of a retry waits longer than we ever would.
    maxRetries: 0,
    maxRateLimitDuration: 0,
    httpRequestTimeout: DEADLINE,
  })
  const counted = Object.entries(facts).filter(([, value]) => typeof value === 'number' || typeof value === 'boolean')
  analytics.track({ anonymousId: settings.anonymousId, event, properties: Object.fromEntries(counted) })
  await analytics.closeAndFlush({ timeout: DEADLINE })
}
