import { readFileSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { createProject, type Project, run } from '../../test/support/project.ts'

/** Milliseconds that Vitest counts for one test file. */
export interface FileTimes {
  prepareDuration: number
  setupDuration: number
  collectDuration: number
  duration: number
}

export interface VitestRun<Output> {
  /** Milliseconds of the whole command. */
  wall: number
  files: FileTimes[]
  /** What the test files left in `output.json`. */
  output: Output
}

const timesReporter = `import { writeFileSync } from 'node:fs'
export default class {
  onTestRunEnd(modules) {
    writeFileSync('times.json', JSON.stringify(modules.map((module) => module.diagnostic())))
  }
}
`

/** A `vitest.config.ts` with these plugins; one worker, so that nothing competes with what is measured. */
export function config(imports: string, plugins: string): string {
  return `import { defineConfig } from 'vitest/config'
${imports}
export default defineConfig({ plugins: [${plugins}], test: { reporters: ['./times.js'], maxWorkers: 1 } })
`
}

export const withPlugin: string = config("import kafka from 'kafka-testkit/vitest/config'", 'kafka()')

/** A project of a user's with the built package in it. */
export function benchProject(files: Record<string, string>): Project {
  return createProject(5, { ...files, 'times.js': timesReporter })
}

/** Runs the project's tests by a config. Throws when one of them fails: then nothing was measured. */
export async function runTests<Output = undefined>(
  project: Project,
  configFile: string,
  { env, deadline }: { env?: Record<string, string>; deadline?: number } = {},
): Promise<VitestRun<Output>> {
  const output = join(project.folder, 'output.json')
  rmSync(output, { force: true })
  const begun = performance.now()
  const command = ['node_modules/vitest/vitest.mjs', 'run', '--config', configFile]
  const finished = await run(project, command, env, deadline)
  const wall = performance.now() - begun
  if (finished.exitCode !== 0) throw new Error(`the measured tests failed:\n${finished.output}`)
  const files = JSON.parse(readFileSync(join(project.folder, 'times.json'), 'utf8')) as FileTimes[]
  return { wall, files, output: readOutput(output) as Output }
}

function readOutput(path: string): unknown {
  try {
    return JSON.parse(readFileSync(path, 'utf8'))
  } catch {
    return undefined
  }
}

/** Milliseconds of one file from the beginning of its set-up to the end of its tests' clean-up. */
export function fileTime(times: FileTimes): number {
  return times.prepareDuration + times.setupDuration + times.collectDuration + times.duration
}
