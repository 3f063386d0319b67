import type { ClusterAddress } from '../config/cluster.ts'
import { RealClient } from './real-client.ts'
import { type Names, RunNotes } from './run-notes.ts'

/** What is there when a run begins, noted for its end; undefined where the cluster doesn't tell. */
export async function noteBefore(connection: ClusterAddress): Promise<RunNotes | undefined> {
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
export async function cleanUp(connection: ClusterAddress, notes: RunNotes): Promise<void> {
  const held = notes.held()
  try {
    if (held.size > 0) await deleteNew(connection, held, notes.before())
  } catch (error) {
    console.warn(`kafka-testkit: what this run left on the cluster stays: ${(error as Error).message}`)
  }
  notes.end()
}

async function deleteNew(connection: ClusterAddress, held: ReadonlySet<string>, before: Names): Promise<void> {
  const client = new RealClient(connection)
  try {
    const groups = await groupIds(client)
    for (const groupId of groups.filter((name) => held.has(name) && !before.groups.includes(name))) {
      // Those of processes that have ended are members until their sessions are over.
      await client.ask((client) => client.removeMembers(groupId)).catch(() => {})
      await client.ask((client) => client.deleteGroup(groupId)).catch(() => {})
    }
    const left = (await topicsOf(client)).filter((name) => held.has(name) && !before.topics.includes(name))
    await client.ask((client) => client.deleteTopics(left))
  } finally {
    await client.close()
  }
}

async function namesOf(connection: ClusterAddress): Promise<Names> {
  const client = new RealClient(connection)
  try {
    return { topics: await topicsOf(client), groups: await groupIds(client) }
  } finally {
    await client.close()
  }
}

async function groupIds(client: RealClient): Promise<string[]> {
  return (await client.ask((client) => client.listGroups())).map(({ groupId }) => groupId)
}

async function topicsOf(client: RealClient): Promise<string[]> {
  const topics = await client.ask((client) => client.topics())
  return topics.map(({ name }) => name)
}
