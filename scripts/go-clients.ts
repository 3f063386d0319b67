import { existsSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { installDebianPackages } from './debian.ts'
import { answers, execute } from './execute.ts'

/** Where the programs lie that are built of test/clients/go: one for each Go client. */
export const goFolder: string = fileURLToPath(new URL('../.cache/go-clients', import.meta.url))
const sources = fileURLToPath(new URL('../test/clients/go', import.meta.url))

export function hasGoClients(): boolean {
  return ['franz-go', 'kafka-go', 'sarama'].every((name) => existsSync(`${goFolder}/${name}`))
}

/** Builds them; Go itself does so only for what has changed. */
export async function installGoClients(): Promise<void> {
  if (!(await answers('go', ['version']))) await installDebianPackages({ commands: ['golang-go'] })
  await execute('go', ['build', '-o', `${goFolder}/`, './...'], { cwd: sources })
}
