// A test of the project `fast` starts no process: it runs in seconds, on sources that are not built.
import childProcess from 'node:child_process'
import { syncBuiltinESMExports } from 'node:module'

for (const name of ['spawn', 'spawnSync', 'exec', 'execSync', 'execFile', 'execFileSync', 'fork'] as const) {
  Object.assign(childProcess, {
    [name]: () => {
      throw new Error(`${name}: a test that starts a process stands in a file named *.process.test.ts`)
    },
  })
}
syncBuiltinESMExports()
