import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { fileURLToPath } from 'node:url'
import { answers } from '../../scripts/execute.ts'
import { firstLine, runQuietly } from './process.ts'

const source = fileURLToPath(new URL('kfake', import.meta.url))
const program = fileURLToPath(new URL('../../.cache/kfake', import.meta.url))

export interface Kfake extends AsyncDisposable {
  brokers: string
  pid: number
}

/** Builds and starts a broker of franz-go's kfake in a process of its own; `undefined` where there is no Go. */
export async function startKfake(): Promise<Kfake | undefined> {
  if (!(await answers('go', ['version']))) return undefined
  await runQuietly('go', ['-C', source, 'build', '-o', program, '.'])
  const child = spawn(program, { stdio: ['pipe', 'pipe', 'inherit'] })
  const brokers = await firstLine(child)
  return {
    brokers,
    pid: child.pid as number,
    async [Symbol.asyncDispose]() {
      child.stdin.end()
      await once(child, 'close')
    },
  }
}
