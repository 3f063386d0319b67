import { cpSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { expect } from 'vitest'
import { createJestProject, runJest } from '../support/jest.ts'
import { createProject, type ProjectFolder, type RunnerResult, runVitest } from '../support/project.ts'

const here = fileURLToPath(new URL('.', import.meta.url))
export const contract = join(here, 'contract')

/** A project with the tests of the contract, and what they need of the runner. */
function withRunner<Project extends ProjectFolder>(project: Project, runner: string): Project {
  cpSync(join(here, runner), project.folder, { recursive: true })
  return project
}

type Run = (more?: string[], env?: Record<string, string>, deadline?: number) => Promise<RunnerResult>
export const runners: Record<string, () => { project: ProjectFolder; run: Run }> = {}
for (const version of [4, 5] as const) {
  runners[`Vitest ${version}`] = () => {
    const project = withRunner(createProject(version, contract), 'vitest')
    return { project, run: (...options) => runVitest(project, ...options) }
  }
}
for (const [version, mode, ...args] of [
  [29, 'in worker processes', '--maxWorkers=2'],
  [30, 'in worker processes', '--maxWorkers=2'],
  [30, 'in worker threads', '--maxWorkers=2', '--workerThreads'],
  [30, 'in one process', '--runInBand'],
] as const) {
  runners[`Jest ${version} ${mode}`] = () => {
    const project = withRunner(createJestProject(version, contract), 'jest')
    return { project, run: (more = [], ...options) => runJest(project, [...args, ...more], ...options) }
  }
}

/** Tests whose title begins with "fails:" have to fail, all others to pass. */
export function expectAsTitled({ tests, output }: RunnerResult): void {
  const wrong = tests
    .filter(
      ({ name, status }) =>
        status !== 'pending' && status !== 'skipped' && (status === 'passed') === name.includes('fails:'),
    )
    .map(({ name, status, messages }) => `${name}: ${status} ${messages.join('\n')}`)
  expect(wrong, output).toEqual([])
}
