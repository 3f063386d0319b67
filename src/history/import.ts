import { existsSync, readdirSync } from 'node:fs'
import { basename, dirname, join } from 'node:path'
import { mergeShards, shardGroup } from './shards.ts'
import { Store } from './store.ts'
import type { Damage } from './summary.ts'
import { problemInModel } from './verify.ts'

export interface Imported {
  /** Runs that were not here before. */
  added: string[]
  /** Runs of which all shards are here now, and how many those were. */
  merged: { id: string; shards: number }[]
  /** Runs of which shards are missing still. */
  incomplete: { ids: string[]; there: number[]; count: number }[]
  damaged: Damage[]
}

/**
 * Takes in the runs of other stores: folders named `.kafka-testkit`, projects that have one, or folders of such, as CI
 * jobs leave them. Where all shards of a run are here, they become one run. The same again changes nothing.
 *
 * @throws Error when a folder holds no store.
 */
export function importStores(store: Store, folders: readonly string[]): Imported {
  const imported: Imported = { added: [], merged: [], incomplete: [], damaged: [] }
  const here = new Set([...store.ids(), ...store.ids().flatMap((id) => store.shardsOf(id))])
  for (const source of folders.flatMap(storesIn)) {
    for (const id of source.ids()) {
      if (here.has(id)) continue
      try {
        copyRun(source, id, store)
        here.add(id)
        imported.added.push(id)
      } catch (error) {
        imported.damaged.push({ path: join(source.folder, 'runs', id), problem: (error as Error).message })
      }
    }
  }
  mergeAll(store, imported)
  return imported
}

/** The stores in a folder, at most two levels deep: `artifacts/shard-1/.kafka-testkit`. */
function storesIn(folder: string): Store[] {
  if (!existsSync(folder)) throw new Error(`there is no folder ${folder}`)
  const found = [folder, ...children(folder), ...children(folder).flatMap(children)].filter(isStore)
  if (found.length > 0) return [...new Set(found)].map((path) => new Store(dirname(path), basename(path)))
  throw new Error(`${folder} holds no store: a folder .kafka-testkit is wanted, or one with such folders in it`)
}

/** By what is in it: an artifact of CI may have lost its name. */
function isStore(folder: string): boolean {
  return (
    existsSync(join(folder, 'runs')) &&
    (basename(folder) === '.kafka-testkit' || existsSync(join(folder, 'index.ndjson')))
  )
}

function children(folder: string): string[] {
  try {
    return readdirSync(folder, { withFileTypes: true })
      .filter((entry) => entry.isDirectory() && entry.name !== 'node_modules' && entry.name !== 'runs')
      .map(({ name }) => join(folder, name))
  } catch {
    return []
  }
}

/** @throws Error when it can't be read, or has no end. */
function copyRun(source: Store, id: string, store: Store): void {
  const { run, ended, lines } = source.readFile(id)
  if (!ended) throw new Error('it has no end: it was lost, or is still running')
  if (run.id !== id) throw new Error(`it holds another run, ${run.id}`)
  store.add(run, Buffer.concat([Buffer.from(`${JSON.stringify(run)}\n`), lines]))
}

function mergeAll(store: Store, imported: Imported): void {
  const groups = new Map<string, string[]>()
  for (const { id, shard, duration } of store.list().runs) {
    if (shard === null || duration === null) continue
    const group = shardGroup(store.readFile(id).run)
    groups.set(group, [...(groups.get(group) ?? []), id])
  }
  for (const ids of groups.values()) {
    const read = ids.map((id) => store.read(id, problemInModel))
    const damaged = read.flatMap((one) => one.damaged)
    imported.damaged.push(...damaged)
    if (damaged.length > 0) continue
    const merged = mergeShards(read.map(({ lines }) => lines))
    if ('there' in merged) imported.incomplete.push({ ids, there: merged.there, count: merged.count })
    else {
      store.add(merged.run, merged.text, merged.shards)
      for (const id of ids) if (id !== merged.run.id) store.remove(id)
      imported.merged.push({ id: merged.run.id, shards: merged.shards.length })
    }
  }
}
