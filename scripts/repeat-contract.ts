// Runs the contract of the clients many times on a machine that is kept busy: `npm run contract:repeat 200`, and what
// follows goes to Vitest: `-- --project embedded -t slow`.
import { type ChildProcess, spawn } from 'node:child_process'
import { availableParallelism } from 'node:os'
import { execute } from './execute.ts'

const [count = '20', ...args] = process.argv.slice(2)
if (!/^[1-9]\d*$/.test(count)) throw new Error(`contract:repeat: how many times? ${JSON.stringify(count)} is no number`)

/** As many processes as there are processors, which do nothing but compute. */
function keepBusy(): ChildProcess[] {
  return Array.from({ length: availableParallelism() }, () => spawn(process.execPath, ['-e', 'for (;;);']))
}

const load = keepBusy()
try {
  await execute('vitest', ['run', '--config', 'test/contract/clients/vitest.config.ts', ...args], {
    env: { KAFKA_TESTKIT_CONTRACT_REPEATS: String(Number(count) - 1) },
    deadline: 24 * 3_600_000,
  })
} finally {
  for (const child of load) child.kill()
}
