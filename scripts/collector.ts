import { existsSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { installDebianPackages } from './debian.ts'
import { answers, execute } from './execute.ts'

/** The OpenTelemetry collector that is built of test/clients/collector: it takes traces and prints them. */
export const collector: string = fileURLToPath(new URL('../.cache/collector/collector', import.meta.url))
const sources = fileURLToPath(new URL('../test/clients/collector', import.meta.url))

export function hasCollector(): boolean {
  return existsSync(collector)
}

/** Builds it: two minutes of a processor the first time, Go itself builds again only what has changed. */
export async function installCollector(): Promise<void> {
  if (!(await answers('go', ['version']))) await installDebianPackages({ commands: ['golang-go'] })
  await execute('go', ['build', '-o', collector, '.'], { cwd: sources, deadline: 900_000 })
}
