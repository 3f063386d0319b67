import { mkdir, open, readdir, readFile, rename, rm } from 'node:fs/promises'
import { join } from 'node:path'
import { uuid7 } from '../../reporter/facts.ts'
import type { Bodies } from './database.ts'

/** Raw chunks as files, a folder a run. A file appears whole, by rename, and is on the disk before it is acknowledged. */
export class FileBodies implements Bodies {
  readonly #folder: string

  constructor(folder: string) {
    this.#folder = folder
  }

  async write(run: string, name: string, bytes: Uint8Array): Promise<void> {
    const folder = this.#folderOf(run)
    await mkdir(folder, { recursive: true, mode: 0o700 })
    const temporary = join(folder, `${uuid7()}.tmp`)
    try {
      const file = await open(temporary, 'wx', 0o600)
      try {
        await file.writeFile(bytes)
        await file.datasync()
      } finally {
        await file.close()
      }
      await rename(temporary, join(folder, name))
    } catch (error) {
      await rm(temporary, { force: true })
      throw error
    }
  }

  read(run: string, name: string): Promise<Buffer> {
    return readFile(join(this.#folderOf(run), name))
  }

  async remove(run: string, name: string): Promise<void> {
    await rm(join(this.#folderOf(run), name), { force: true })
  }

  async removeRun(run: string): Promise<number> {
    const names = await this.names(run)
    await rm(this.#folderOf(run), { recursive: true, force: true, maxRetries: 3 })
    return names.length
  }

  async names(run: string): Promise<string[]> {
    try {
      return await readdir(this.#folderOf(run))
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code === 'ENOENT') return []
      throw error
    }
  }

  /** Two levels, so that no folder has a hundred thousand entries: the end of a UUIDv7 is random. */
  #folderOf(run: string): string {
    return join(this.#folder, run.slice(-2), run)
  }
}
