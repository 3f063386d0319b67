import { existsSync } from 'node:fs'
import { basename, dirname, resolve } from 'node:path'
import { startLocal } from '../endpoint/local/server.ts'
import { Store } from '../history/store.ts'
import { openInBrowser } from './open-browser.ts'

interface UiOptions {
  dir: string
  port: number
  open?: boolean
}

/** `kafka-testkit ui`: the report of every run of the local store, live, until it is told to stop. */
export async function runUi({ dir, port, open = false }: UiOptions): Promise<void> {
  const folder = resolve(dir)
  let told = 0
  const ui = await startLocal({
    runs: new Store(dirname(folder), basename(folder)),
    port,
    log: (level, event, fields) => {
      if (level === 'error') console.error(`kafka-testkit: ${event} ${JSON.stringify(fields ?? {})}`)
    },
    onLink: (link) => {
      told += 1
      if (told === 1 && open) openInBrowser(link)
      console.log(told === 1 ? `Open ${link}` : `The link was used. For another browser: ${link}`)
    },
  })
  if (!existsSync(folder)) console.log(`There is no ${folder} yet: runs appear when tests have run here`)
  console.log(`kafka-testkit shows ${folder} on ${ui.url}, to this machine only (Ctrl-C stops it)`)
  const stop = (): void => {
    // Once; a second Ctrl-C ends the process the hard way.
    process.off('SIGINT', stop)
    process.off('SIGTERM', stop)
    void ui.close()
  }
  process.on('SIGINT', stop)
  process.on('SIGTERM', stop)
}
