import { existsSync, readFileSync, realpathSync } from 'node:fs'
import { dirname, join, relative, resolve } from 'node:path'
import { getPackages } from '@manypkg/get-packages'
import { didYouMean } from '../../base/nearest.ts'
import type { Terminal } from './ask.ts'
import { runnersOf, runsOwnTests } from './runner.ts'

/** What `init` reads of a package.json. */
export interface Manifest {
  name?: string
  type?: string
  workspaces?: unknown
  scripts?: Record<string, string>
  dependencies?: Record<string, string>
  devDependencies?: Record<string, string>
  [key: string]: unknown
}

export interface Package {
  /** Absolute. */
  folder: string
  manifest: Manifest
}

/** A package with its tests, and the repository of packages that it is part of; both are one where there is no other. */
export interface Target extends Package {
  root: Package
}

function readPackage(folder: string): Package {
  const path = join(folder, 'package.json')
  try {
    return { folder, manifest: JSON.parse(readFileSync(path, 'utf8')) as Manifest }
  } catch (error) {
    throw new Error(`${path} can't be read: ${(error as Error).message}`)
  }
}

/**
 * The package that `init` sets up: the one that was named, the one around the folder, or, at the root of workspaces,
 * the one whose tests are meant.
 *
 * @throws Error when there is no package, or when it has to be named and can't be asked for.
 */
export async function findTarget(cwd: string, named: string | undefined, terminal: Terminal): Promise<Target> {
  const own = readPackage(around(realpathSync(cwd)))
  const { root, packages } = await readWorkspaces(own)
  if (named !== undefined) return { ...byName(named, cwd, root, packages), root }
  if (own.folder !== root.folder)
    return runnersOf(own).length === 0 && runsOwnTests(root) ? { ...root, root } : { ...own, root }
  if (packages.length === 0 || runsOwnTests(root)) return { ...root, root }

  const tested = packages.filter((one) => runnersOf(one).length > 0)
  const candidates = tested.length > 0 ? tested : packages
  if (candidates.length === 1) return { ...candidates[0]!, root }
  const names = candidates.map((one) => nameOf(one, root))
  const chosen = await terminal.choose('Which package has the tests?', names)
  if (chosen === undefined) {
    throw new Error(`this is the root of ${packages.length} packages: say which by --workspace ${names.join(' or ')}`)
  }
  return { ...candidates[names.indexOf(chosen)]!, root }
}

function around(folder: string): string {
  for (let at = folder; ; at = dirname(at)) {
    if (existsSync(join(at, 'package.json'))) return at
    if (dirname(at) === at) throw new Error(`there is no package.json in ${folder} or above it: run npm init first`)
  }
}

/** The workspaces of npm, pnpm or yarn that a package belongs to. */
async function readWorkspaces(own: Package): Promise<{ root: Package; packages: Package[] }> {
  const found = await getPackages(own.folder)
  const root = realpathSync(found.rootDir)
  const folders = found.packages.map(({ dir }) => realpathSync(dir)).filter((folder) => folder !== root)
  // A repository above that this package is no part of is none of its business.
  if (own.folder !== root && !folders.includes(own.folder)) return { root: own, packages: [] }
  return { root: readPackage(root), packages: folders.sort().map(readPackage) }
}

function nameOf({ folder, manifest }: Package, root: Package): string {
  return manifest.name ?? relative(root.folder, folder).replaceAll('\\', '/')
}

function byName(given: string, cwd: string, root: Package, packages: readonly Package[]): Package {
  const folders = [resolve(realpathSync(cwd), given), resolve(root.folder, given)]
  const all = [root, ...packages]
  const found = all.find(({ folder, manifest }) => manifest.name === given || folders.includes(folder))
  if (found !== undefined) return found
  const names = packages.map((one) => nameOf(one, root))
  if (names.length === 0) throw new Error(`there is no workspace "${given}": ${root.folder} has none`)
  throw new Error(`there is no workspace "${given}", ${didYouMean(given, names, `there are ${names.join(', ')}`)}`)
}
