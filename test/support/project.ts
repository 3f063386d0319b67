import { spawn } from 'node:child_process'
import { cpSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { copyPackage } from '../../scripts/link-package.ts'
import type { Line } from '../../src/run/model.ts'

const root = fileURLToPath(new URL('../..', import.meta.url))
const vitestFolders = { 4: join(root, 'test/vitest-4/node_modules/vitest'), 5: join(root, 'node_modules/vitest') }
export type VitestVersion = keyof typeof vitestFolders

/** A project of a user's, outside of the repo, with what `npm pack` would publish as its dependency. */
export interface ProjectFolder {
  folder: string
  [Symbol.dispose](): void
}

export interface Project extends ProjectFolder {
  vitest: VitestVersion
}

export function createProject(vitest: VitestVersion, files: Record<string, string> | string): Project {
  const project = createFolder(files, 'module', (modules) => {
    linkModules([join(root, 'node_modules')], modules)
    rmSync(join(modules, 'vitest'), { recursive: true })
    link(vitestFolders[vitest], join(modules, 'vitest'))
  })
  return { ...project, vitest }
}

/** Makes the folder of a project; `install` is given its node_modules. */
export function createFolder(
  files: Record<string, string> | string,
  type: 'module' | 'commonjs',
  install: (modules: string) => void,
): ProjectFolder {
  const folder = mkdtempSync(join(tmpdir(), 'kafka-testkit-project-'))
  const modules = join(folder, 'node_modules')
  mkdirSync(modules)
  install(modules)
  copyPackage(join(modules, 'kafka-testkit'))
  if (typeof files === 'string') cpSync(files, folder, { recursive: true })
  else
    for (const [path, text] of Object.entries(files)) {
      mkdirSync(dirname(join(folder, path)), { recursive: true })
      writeFileSync(join(folder, path), text)
    }
  writeFileSync(join(folder, 'package.json'), JSON.stringify({ name: 'project', type, private: true }))
  return { folder, [Symbol.dispose]: () => rmSync(folder, { recursive: true, force: true, maxRetries: 5 }) }
}

/** Links the packages of these folders into one; where several have a package, that of the last. */
export function linkModules(folders: readonly string[], to: string): void {
  const places = folders.flatMap((folder) => readdirSync(folder).map((name) => ({ name, folder })))
  for (const [name, found] of Map.groupBy(places, (place) => place.name)) {
    if (name.startsWith('.') || name === 'kafka-testkit') continue
    const path = join(to, name)
    if (name.startsWith('@') && found.length > 1) {
      mkdirSync(path)
      const scopes = found.map(({ folder }) => join(folder, name))
      linkModules(scopes, path)
    } else link(join(found.at(-1)!.folder, name), path)
  }
}

function link(target: string, path: string): void {
  // A junction works on Windows without rights; elsewhere the type is ignored.
  symlinkSync(target, path, 'junction')
}

export interface Finished {
  exitCode: number | null
  /** What the terminal showed, without colours. */
  output: string
}

/** Runs a command in the project to its end, or kills it at the deadline and says what it had printed. */
export function run(
  project: ProjectFolder,
  args: string[],
  env: Record<string, string> = {},
  deadline = 90_000,
): Promise<Finished> {
  const { promise, resolve, reject } = Promise.withResolvers<Finished>()
  const {
    NODE_OPTIONS: _,
    VITEST: __,
    VITEST_MODE: ___,
    NODE_ENV: ____,
    GITHUB_STEP_SUMMARY: _____,
    ...inherited
  } = process.env
  const child = spawn(process.execPath, args, {
    cwd: project.folder,
    env: { ...inherited, NO_COLOR: '1', CI: '', ...env },
    stdio: ['ignore', 'pipe', 'pipe'],
  })
  let output = ''
  child.stdout.on('data', (chunk) => (output += chunk))
  child.stderr.on('data', (chunk) => (output += chunk))
  const timer = setTimeout(() => {
    child.kill('SIGKILL')
    reject(new Error(`still running after ${deadline / 1000} s: ${args.join(' ')}\n${output}`))
  }, deadline)
  child.on('close', (exitCode) => {
    clearTimeout(timer)
    resolve({ exitCode, output })
  })
  return promise
}

/** What a run of either runner came to; Vitest writes its report as Jest does. */
export interface RunnerResult extends Finished {
  tests: { name: string; file: string; status: string; messages: string[] }[]
  /** What the run left in the local store. */
  lines: Line[]
}

/** A run of Vitest. */
export type VitestResult = RunnerResult

export async function runVitest(
  project: Project,
  args: string[] = [],
  env: Record<string, string> = {},
  deadline?: number,
): Promise<RunnerResult> {
  const report = join(project.folder, 'report.json')
  const finished = await run(
    project,
    [
      'node_modules/vitest/vitest.mjs',
      'run',
      '--reporter=default',
      '--reporter=json',
      `--outputFile=${report}`,
      ...args,
    ],
    env,
    deadline,
  )
  return { ...finished, tests: readTests(report, finished), lines: readStore(project) }
}

export function readTests(report: string, { output }: Finished): RunnerResult['tests'] {
  let text: string
  try {
    text = readFileSync(report, 'utf8')
  } catch {
    throw new Error(`no report was written:\n${output}`)
  }
  const { testResults } = JSON.parse(text) as {
    testResults: {
      name: string
      assertionResults: { fullName: string; status: string; failureMessages: string[] }[]
    }[]
  }
  return testResults.flatMap(({ name: file, assertionResults }) =>
    assertionResults.map(({ fullName, status, failureMessages }) => ({
      name: fullName,
      file,
      status,
      messages: failureMessages,
    })),
  )
}

/** The newest run of the project's store. */
export function readStore(project: ProjectFolder): Line[] {
  const runs = join(project.folder, '.kafka-testkit/runs')
  let newest: string | undefined
  try {
    newest = readdirSync(runs).sort().at(-1)
  } catch {
    return []
  }
  if (newest === undefined) return []
  return readFileSync(join(runs, newest, 'run.ndjson'), 'utf8')
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => JSON.parse(line) as Line)
}
