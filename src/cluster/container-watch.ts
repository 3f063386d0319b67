// The process that outlives a run: removes the run's container once the run's process is gone (container-guard.ts).
import { createRequire } from 'node:module'
import { setTimeout as delay } from 'node:timers/promises'
import { runLabel } from './container-guard.ts'

/** How often it looks, half a second apart: at the run's end its container may only be about to be created. */
const LOOKS = 20

interface Runtime {
  container: {
    fetchByLabel(name: string, value: string): Promise<Container | undefined>
  }
}

interface Container {
  remove(options: { force: boolean; v: boolean }): Promise<void>
}

let said = ''
process.stdin.on('data', (chunk) => (said += chunk))
process.stdin.on('end', async () => {
  if (said !== '') return
  // By way of the package that is our peer: a strict package manager shows us no other.
  const require = createRequire(createRequire(import.meta.url).resolve('@testcontainers/kafka'))
  const { getContainerRuntimeClient } = require('testcontainers') as { getContainerRuntimeClient(): Promise<Runtime> }
  const { container } = await getContainerRuntimeClient()
  for (let look = 0; look < LOOKS; look += 1) {
    const found = await container.fetchByLabel(runLabel, process.argv[2]!)
    if (found !== undefined) return await found.remove({ force: true, v: true })
    await delay(500)
  }
})
