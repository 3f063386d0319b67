import type { Connection } from '../config/connection.ts'
import { type Names, RunNotes } from './run-notes.ts'

/** What is there when a run begins, noted for its end; undefined where the cluster doesn't tell. */
export async function noteBefore(connection: Connection): Promise<RunNotes | undefined> {
  try {
    return RunNotes.begin(connection.root, await namesOf(connection))
  } catch (error) {
    console.warn(`kafka-testkit: what this run leaves on the cluster will stay: ${(error as Error).message}`)
    return undefined
  }
}

/**
 * Deletes the topics and groups that the tests of a run named and that weren't there before it, so that the next run
 * finds what this one did.
 */
export async function cleanUp(connection: Connection, notes: RunNotes): Promise<void> {
  const held = notes.held()
  try {
    if (held.size > 0) await deleteNew(connection, held, notes.before())
  } catch (error) {
    console.warn(`kafka-testkit: what this run left on the cluster stays: ${(error as Error).message}`)
  }
  notes.end()
}

async function deleteNew(connection: Connection, held: ReadonlySet<string>, before: Names): Promise<void> {
  const clients = await open(connection)
  try {
    const groups = [...(await clients.admin((admin) => admin.listGroups())).keys()]
    for (const groupId of groups.filter((name) => held.has(name) && !before.groups.includes(name))) {
      // Those of processes that have ended are members until their sessions are over.
      await clients.admin((admin) => admin.removeMembersFromConsumerGroup({ groupId, members: null })).catch(() => {})
      await clients.admin((admin) => admin.deleteGroups({ groups: [groupId] })).catch(() => {})
    }
    const topics = await clients.admin((admin) => admin.listTopics())
    const left = topics.filter((name) => held.has(name) && !before.topics.includes(name))
    if (left.length > 0) await clients.admin((admin) => admin.deleteTopics({ topics: left }))
  } finally {
    await clients.close()
  }
}

async function namesOf(connection: Connection): Promise<Names> {
  const clients = await open(connection)
  try {
    const topics = await clients.admin((admin) => admin.listTopics())
    const groups = await clients.admin((admin) => admin.listGroups())
    return { topics, groups: [...groups.keys()] }
  } finally {
    await clients.close()
  }
}

async function open(connection: Connection) {
  const { RealClients } = await import('./real-clients.ts')
  return new RealClients(connection)
}
