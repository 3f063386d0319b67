import { existsSync, readFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import type { Terminal } from './ask.ts'
import type { Manifest, Package, Target } from './workspace.ts'

export type Runner = 'vitest' | 'jest'

const runners = {
  vitest: { title: 'Vitest', oldest: [4, 1], scripts: /\bvitest\b/ },
  jest: { title: 'Jest', oldest: [29, 0], scripts: /\bjest\b/ },
} as const

/** Each runner's config files, in the order in which it looks for them. */
const configNames = {
  vitest: ['vitest.config', 'vite.config'].flatMap((name) =>
    ['ts', 'mts', 'cts', 'js', 'mjs', 'cjs'].map((extension) => `${name}.${extension}`),
  ),
  jest: ['js', 'ts', 'mts', 'cts', 'mjs', 'cjs', 'json'].map((extension) => `jest.config.${extension}`),
}

/** The config files of a runner in a package; the one that its test script names is the first. */
export function configFiles(runner: Runner, { folder, manifest }: Package): string[] {
  const scripts = Object.values(manifest.scripts ?? {}).filter((script) => runners[runner].scripts.test(script))
  const named = scripts.flatMap((script) => / (?:--config|-c)[ =](\S+)/.exec(script)?.[1] ?? [])
  const files = [...named, ...configNames[runner]].map((name) => join(folder, name))
  return [...new Set(files)].filter((file) => existsSync(file))
}

/** The runners that a package shows a sign of. */
export function runnersOf(one: Package): Runner[] {
  const { manifest } = one
  return (['vitest', 'jest'] as const).filter(
    (runner) =>
      wanted(manifest, runner) !== undefined ||
      Object.values(manifest.scripts ?? {}).some((script) => runners[runner].scripts.test(script)) ||
      hasConfig(runner, one),
  )
}

function hasConfig(runner: Runner, one: Package): boolean {
  if (runner === 'jest') return one.manifest.jest !== undefined || configFiles('jest', one).length > 0
  // A vite.config alone is a sign of Vite, not of Vitest.
  return configFiles('vitest', one).some(
    (file) => !/vite\.config\.\w+$/.test(file) || /\btest\s*:/.test(readFileSync(file, 'utf8')),
  )
}

/** Whether a config at the root of workspaces runs the tests itself, rather than handing on to projects. */
export function runsOwnTests(root: Package): boolean {
  if (root.manifest.jest !== undefined && !JSON.stringify(root.manifest.jest).includes('"projects"')) return true
  const files = [...configFiles('vitest', root), ...configFiles('jest', root)]
  const [text] = files.map((file) => readFileSync(file, 'utf8'))
  // Projects that are written there may take the plugins of the root; those that are named by a path don't.
  return text !== undefined && !/\bprojects\s*:\s*\[\s*['"`]/.test(text)
}

/**
 * The runner that was named, the only one there is a sign of, or the one that is chosen on the terminal.
 *
 * @throws Error when it has to be named and can't be asked for, or is too old.
 */
export async function findRunner(target: Target, named: Runner | undefined, terminal: Terminal): Promise<Runner> {
  const runner = named ?? (await detect(target, terminal))
  refuseOld(runner, target)
  return runner
}

async function detect(target: Target, terminal: Terminal): Promise<Runner> {
  const own = runnersOf(target)
  const signs = own.length > 0 ? own : runnersOf(target.root)
  const configured = signs.filter((runner) => hasConfig(runner, target))
  const [only] = configured.length === 1 ? configured : signs
  if (only !== undefined && (configured.length === 1 || signs.length === 1)) return only
  const question = signs.length === 0 ? 'Which runner is it to be?' : 'Which runner runs the tests of Kafka code?'
  const chosen = await terminal.choose(question, ['Vitest', 'Jest'])
  if (chosen !== undefined) return chosen === 'Jest' ? 'jest' : 'vitest'
  const found = signs.length === 0 ? 'neither Vitest nor Jest is' : 'Vitest and Jest are both'
  throw new Error(`${found} set up in ${target.folder}: say which by --runner vitest or --runner jest`)
}

/** @throws Error when the runner that is there is older than kafka-testkit supports. */
function refuseOld(runner: Runner, target: Target): void {
  const { title, oldest } = runners[runner]
  const installed = installedVersion(runner, target.folder)
  // A range like ^4.0.0 may well be installed as 4.1: its first number tells only that 3 is too old.
  const wanted = wantedBy(target, runner)
  const [, major, minor = '0'] = /^[~^]?(\d+)(?:\.(\d+))?/.exec(installed ?? wanted ?? '') ?? []
  if (major === undefined || Number(major) > oldest[0]) return
  if (Number(major) === oldest[0] && (installed === undefined || Number(minor) >= oldest[1])) return
  throw new Error(
    `${title} ${installed ?? wanted} is too old: kafka-testkit needs ${title} ${oldest.join('.')} or later`,
  )
}

/** The version of an installed package, looked for as Node does. */
export function installedVersion(name: string, folder: string): string | undefined {
  for (let at = folder; ; at = dirname(at)) {
    const path = join(at, 'node_modules', name, 'package.json')
    if (existsSync(path)) return (JSON.parse(readFileSync(path, 'utf8')) as { version?: string }).version
    if (dirname(at) === at) return undefined
  }
}

/** The range of a dependency that the package or its root asks for. */
export function wantedBy({ manifest, root }: Target, name: string): string | undefined {
  return wanted(manifest, name) ?? wanted(root.manifest, name)
}

function wanted({ dependencies, devDependencies }: Manifest, name: string): string | undefined {
  return devDependencies?.[name] ?? dependencies?.[name]
}
