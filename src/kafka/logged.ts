import type { StoredRecord } from '../cluster/cluster.ts'
import { hidesRecords } from '../redaction/redaction.ts'
import type { Scope } from './scope.ts'

/** What lies in the logs is about to be forgotten: it may be in an error of the test all the same. */
export async function noteLogs(scope: Scope): Promise<void> {
  if (hidesRecords(scope.redaction)) scope.data.note(...(await readLogs(scope)))
}

/** What lies in the logs that a test can see. On a real cluster the topics of the test only: who knows what else lies there. */
export async function readLogs({ cluster, touched, timeline }: Scope): Promise<StoredRecord[]> {
  const seen = new Set([...touched, ...timeline.map(({ topic }) => topic)])
  const topics = await cluster.topics().catch(() => [])
  const all = topics.filter(({ name }) => (cluster.deterministic ? !name.startsWith('__') : seen.has(name)))
  const logs = await Promise.all(
    all.map(({ name }) =>
      cluster
        .reader(name, 'beginning', 'read_uncommitted')
        .read()
        .catch(() => []),
    ),
  )
  return logs.flat()
}
