import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { getPackages } from '@manypkg/get-packages'
import { type Agent, detect, resolveCommand } from 'package-manager-detector'

/** What a pipeline has to know of a project. */
export interface Project {
  packageManager: 'npm' | 'pnpm' | 'yarn'
  /** Whether package.json names the version of the package manager, which corepack and GitHub's action then take. */
  pinsPackageManager: boolean
  /** What the cache of packages is keyed by: the lock file, or package.json where there is none. */
  lockFile: string
  hasLockFile: boolean
  install: string
  test: string
  /** Where runs leave their stores: below the folder, or in packages too. */
  inPackages: boolean
  hasTestScript: boolean
  hasTestcontainers: boolean
}

/** The LTS release that development of this package runs on too. */
export const nodeVersion = 24

const lockFiles = { npm: 'package-lock.json', pnpm: 'pnpm-lock.yaml', yarn: 'yarn.lock' }

/** @throws Error when the folder is no package, or its package manager is another one. */
export async function findProject(folder: string): Promise<Project> {
  if (!existsSync(join(folder, 'package.json'))) {
    throw new Error(
      `there is no package.json in ${folder}: run it where the pipeline runs, at the root of the repository`,
    )
  }
  const { agent = 'npm', name: packageManager = 'npm' } = (await detect({ cwd: folder })) ?? {}
  if (packageManager !== 'npm' && packageManager !== 'pnpm' && packageManager !== 'yarn') {
    throw new Error(`the pipelines are for npm, pnpm and yarn; this project has ${packageManager}`)
  }
  const { packages } = await getPackages(folder)
  const hasLockFile = existsSync(join(folder, lockFiles[packageManager]))
  const manifest = read(folder)
  const inPackages = packages.some(({ dir }) => dir !== folder)
  const ownScript = hasScript(manifest)
  const manifests = [manifest, ...packages.map(({ packageJson }) => packageJson as Manifest)]
  return {
    packageManager,
    pinsPackageManager: manifest.packageManager !== undefined,
    lockFile: hasLockFile ? lockFiles[packageManager] : 'package.json',
    hasLockFile,
    install: hasLockFile ? command(agent, 'frozen') : command(agent, 'install'),
    test: ownScript || !inPackages ? command(agent, 'run', 'test') : testOfAll(agent),
    inPackages,
    hasTestScript: manifests.some(hasScript),
    hasTestcontainers: manifests.some(
      ({ devDependencies, dependencies }) => '@testcontainers/kafka' in { ...dependencies, ...devDependencies },
    ),
  }
}

interface Manifest {
  packageManager?: string
  scripts?: Record<string, string>
  dependencies?: Record<string, string>
  devDependencies?: Record<string, string>
}

function read(folder: string): Manifest {
  return JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8')) as Manifest
}

function hasScript({ scripts }: Manifest): boolean {
  return scripts?.test !== undefined
}

function command(agent: Agent, kind: 'frozen' | 'install' | 'run', ...args: string[]): string {
  const { command, args: all } = resolveCommand(agent, kind, args)!
  return [command, ...all].join(' ')
}

/** The script `test` of each workspace, where the root has none. */
function testOfAll(agent: Agent): string {
  if (agent === 'npm') return 'npm run test --workspaces --if-present'
  if (agent === 'yarn') return 'yarn workspaces run test'
  return agent === 'yarn@berry' ? 'yarn workspaces foreach --all run test' : 'pnpm --recursive run test'
}
