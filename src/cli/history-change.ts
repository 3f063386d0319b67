import { findRun } from '../history/find.ts'
import { importStores } from '../history/import.ts'
import { Store } from '../history/store.ts'
import { tellDamage } from './history-list.ts'

/** `kafka-testkit history delete`: takes runs out for good. */
export function deleteRuns(given: readonly string[]): void {
  const store = new Store(process.cwd())
  const ids = [...new Set(given.map((id) => findRun(store, id)))]
  const running = ids.find((id) => store.state(id) === 'running')
  if (running !== undefined) throw new Error(`run ${running} is still running`)
  for (const id of ids) store.remove(id)
  console.log(`Deleted ${ids.join(', ')}`)
}

/** `kafka-testkit history prune`: what each run of the tests does by itself, by other limits. */
export function pruneRuns(limits: { runs: number; days: number }): void {
  const gone = new Store(process.cwd()).prune(limits)
  console.log(gone.length === 0 ? 'Nothing to delete' : `Deleted ${count(gone.length)}`)
}

/** `kafka-testkit history verify`: reads every run whole; exits with 1 where one isn't as it should be. */
export async function verifyHistory({ json }: { json?: boolean }): Promise<void> {
  const { verifyRun } = await import('../history/verify.ts')
  const store = new Store(process.cwd())
  const { runs, damaged } = store.list()
  // A run that was lost before its first test file ended has nothing to read.
  const problems = [...damaged, ...runs.flatMap(({ id }) => (store.hasLines(id) ? verifyRun(store, id) : []))]
  if (json) console.log(JSON.stringify({ runs: runs.length, problems }, null, 2))
  else {
    for (const { path, problem } of problems) console.error(`${path}: ${problem}`)
    console.log(
      `${count(runs.length)}, ${problems.length === 0 ? 'all as they should be' : `${problems.length} problems`}`,
    )
  }
  if (problems.length > 0) process.exitCode = 1
}

/** `kafka-testkit history import`: takes in the runs of other folders, and makes one run of the shards of one. */
export function importRuns(folders: readonly string[], { json }: { json?: boolean }): void {
  const imported = importStores(new Store(process.cwd()), folders)
  const { added, merged, incomplete, damaged } = imported
  if (json) console.log(JSON.stringify(imported, null, 2))
  else {
    console.log(added.length === 0 ? 'Nothing new' : `Imported ${count(added.length)}`)
    for (const { id, shards } of merged) console.log(`${id}  made of its ${shards} shards`)
    for (const { ids, there, count } of incomplete) {
      console.log(`Not merged: of ${count} shards there are ${there.join(', ')} (${ids.join(', ')})`)
    }
  }
  tellDamage(damaged)
}

function count(runs: number): string {
  return `${runs} ${runs === 1 ? 'run' : 'runs'}`
}
