import { spawn } from 'node:child_process'
import { fileURLToPath } from 'node:url'

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
  const script = fileURLToPath(new URL('./container-watch.js', import.meta.url))
  const guard = spawn(process.execPath, [script, run], {
    detached: true,
    stdio: ['pipe', 'ignore', 'ignore'],
    windowsHide: true,
  })
  guard.on('error', () => {})
  guard.stdin.on('error', () => {})
  guard.unref()
  // A pipe is a socket, whatever its type says.
  ;(guard.stdin as unknown as { unref(): void }).unref()
  return { release: () => guard.stdin.end('released\n') }
}
