import { existsSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import {
  createFolder,
  linkModules,
  type ProjectFolder,
  type RunnerResult,
  readStore,
  readTests,
  run,
} from './project.ts'

const root = fileURLToPath(new URL('../..', import.meta.url))
export type JestVersion = 29 | 30

export interface JestProject extends ProjectFolder {
  jest: JestVersion
}

/** A project on one of the two versions of Jest: its node_modules are as the workspace test/jest-* sees them. */
export function createJestProject(jest: JestVersion, files: Record<string, string> | string): JestProject {
  const project = createFolder(files, 'commonjs', (modules) => {
    const installed = ['node_modules', `test/jest-${jest}/node_modules`].map((folder) => join(root, folder))
    linkModules(installed.filter(existsSync), modules)
  })
  return { ...project, jest }
}

/** Runs Jest in the project to its end. */
export async function runJest(
  project: JestProject,
  args: string[] = [],
  env: Record<string, string> = {},
  deadline?: number,
): Promise<RunnerResult> {
  const report = join(project.folder, 'report.json')
  rmSync(report, { force: true })
  const command = ['node_modules/jest/bin/jest.js', '--json', `--outputFile=${report}`, ...args]
  const finished = await run(project, command, env, deadline)
  return { ...finished, tests: readTests(report, finished), lines: readStore(project) }
}
