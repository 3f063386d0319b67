import { readFileSync } from 'node:fs'

/** Whether a process runs on this machine. */
export function isAlive(pid: number | undefined): boolean {
  if (pid === undefined) return false
  try {
    // Signal 0 only asks. Of a process that isn't ours it says EPERM.
    process.kill(pid, 0)
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM'
  }
  return !isZombie(pid)
}

/** A container whose first process is no init keeps those that were killed as zombies, which take signals. */
function isZombie(pid: number): boolean {
  if (process.platform !== 'linux') return false
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'utf8')
    // "pid (name) state …", where a name may hold anything.
    return stat.slice(stat.lastIndexOf(')') + 2).startsWith('Z')
  } catch {
    return false
  }
}
