import type { Bodies } from '../store/database.ts'
import { migrate } from '../store/migrations.ts'
import type { Store } from '../store/open.ts'
import { openSqliteInMemory } from '../store/sqlite.ts'

/** A store that is gone with its process: what it has lies in files of somebody else. */
export async function openInMemory(): Promise<Store> {
  const database = await openSqliteInMemory()
  await migrate(database)
  return { database, bodies: new MemoryBodies() }
}

class MemoryBodies implements Bodies {
  readonly #runs = new Map<string, Map<string, Buffer>>()

  async write(run: string, name: string, bytes: Uint8Array): Promise<void> {
    const own = this.#runs.get(run) ?? new Map<string, Buffer>()
    this.#runs.set(run, own.set(name, Buffer.from(bytes)))
  }

  async read(run: string, name: string): Promise<Buffer> {
    const bytes = this.#runs.get(run)?.get(name)
    if (bytes === undefined) throw new Error(`body ${name} of run ${run} is not there`)
    return bytes
  }

  async remove(run: string, name: string): Promise<void> {
    this.#runs.get(run)?.delete(name)
  }

  async removeRun(run: string): Promise<number> {
    const count = this.#runs.get(run)?.size ?? 0
    this.#runs.delete(run)
    return count
  }

  async backup(): Promise<void> {
    throw new Error('what is in memory is not backed up')
  }

  async *orphans(): AsyncIterable<{ run: string; name: string }> {}
}
