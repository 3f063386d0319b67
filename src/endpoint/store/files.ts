import { constants, cp, mkdir, open, readdir, readFile, rename, rm, stat } from 'node:fs/promises'
import { basename, join } from 'node:path'
import { uuid7 } from '../../base/ids.ts'
import type { Bodies } from './database.ts'

const TEMPORARY = '.tmp'

/** Raw chunks as files, a folder a run. A file appears whole, by rename, and is on the disk before it is acknowledged. */
export class FileBodies implements Bodies {
  readonly #folder: string

  constructor(folder: string) {
    this.#folder = folder
  }

  async write(run: string, name: string, bytes: Uint8Array): Promise<void> {
    const folder = this.#folderOf(run)
    await mkdir(folder, { recursive: true, mode: 0o700 })
    const temporary = join(folder, `${uuid7()}${TEMPORARY}`)
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
    const names = await entries(this.#folderOf(run))
    await rm(this.#folderOf(run), { recursive: true, force: true, maxRetries: 3 })
    return names.length
  }

  /** Files never change once they are there, so a file system that can shares their blocks. */
  async backup(folder: string): Promise<void> {
    const to = join(folder, basename(this.#folder))
    for (const shelf of await entries(this.#folder)) {
      await cp(join(this.#folder, shelf), join(to, shelf), {
        recursive: true,
        mode: constants.COPYFILE_FICLONE,
        filter: (path) => !path.endsWith(TEMPORARY),
      })
    }
  }

  async *orphans(before: number): AsyncIterable<{ run: string; name: string }> {
    for (const shelf of await entries(this.#folder)) {
      for (const run of await entries(join(this.#folder, shelf))) {
        for (const name of await entries(this.#folderOf(run))) {
          const { mtimeMs } = await stat(join(this.#folderOf(run), name))
          if (mtimeMs < before) yield { run, name }
        }
      }
    }
  }

  /** Two levels, so that no folder has a hundred thousand entries: the end of a UUIDv7 is random. */
  #folderOf(run: string): string {
    return join(this.#folder, run.slice(-2), run)
  }
}

async function entries(folder: string): Promise<string[]> {
  try {
    return await readdir(folder)
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return []
    throw error
  }
}
