import { spawn } from 'node:child_process'
import { createRequire } from 'node:module'

/** The label by which a run's container is known. */
export const runLabel = 'kafka-testkit.run'

export interface ContainerGuard {
  /** The container is gone: nothing is left to do. */
  release(): void
}

/**
 * Removes the container of a run when this process ends without having done so: after Ctrl-C, a crash, a SIGKILL. A
 * process of its own waits for the end of its input, which comes with our end, however that comes; it is no child of the
 * terminal, so Ctrl-C doesn't reach it. (Testcontainers' own reaper does the like, in a container more, unless
 * TESTCONTAINERS_RYUK_DISABLED says no.)
 */
export function guardContainer(run: string): ContainerGuard {
  // By way of the package that is our peer: a strict package manager shows us no other.
  const peer = createRequire(import.meta.url).resolve('@testcontainers/kafka')
  const testcontainers = createRequire(peer).resolve('testcontainers')
  const guard = spawn(process.execPath, ['--eval', watch, testcontainers, runLabel, run], {
    detached: true,
    stdio: ['pipe', 'ignore', 'ignore'],
    windowsHide: true,
  })
  guard.on('error', () => {})
  guard.stdin.on('error', () => {})
  guard.unref()
  // A pipe is a socket, whatever its type says.
  ;(guard.stdin as unknown as { unref(): void }).unref()
  return { release: () => guard.stdin.end('released') }
}

/**
 * What that process runs. It looks for ten seconds: at the run's end its container may only be about to be created. By
 * `--eval`, so that it is the same from the sources and wherever a bundler puts this module.
 */
const watch = `
const [, testcontainers, label, run] = process.argv
let said = ''
process.stdin.on('data', (chunk) => (said += chunk))
process.stdin.on('end', async () => {
  if (said !== '') return
  const { container } = await require(testcontainers).getContainerRuntimeClient()
  for (let look = 0; look < 20; look += 1) {
    const found = await container.fetchByLabel(label, run)
    if (found !== undefined) return await found.remove({ force: true, v: true })
    await new Promise((resolve) => setTimeout(resolve, 500))
  }
})
`
