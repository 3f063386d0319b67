import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { installDebianPackages } from './debian.ts'
import { answers, execute } from './execute.ts'

const target = fileURLToPath(new URL('../.cache/rust-client', import.meta.url))
const sources = fileURLToPath(new URL('../test/clients/rust', import.meta.url))

/** The program that is built of test/clients/rust. */
export const rustProgram: string = join(target, 'debug/rdkafka-member')

export function hasRustClient(): boolean {
  return existsSync(rustProgram)
}

/** Builds it, with the librdkafka in its package; Cargo does so only for what has changed. */
export async function installRustClient(): Promise<void> {
  if (!(await answers('cargo', ['--version']))) await installDebianPackages({ commands: ['cargo'] })
  await installDebianPackages({ commands: ['make', 'gcc', 'g++'] })
  const options = { cwd: sources, env: { CARGO_TARGET_DIR: target }, deadline: 900_000 }
  await execute('cargo', ['build', '--quiet', '--locked'], options)
}
