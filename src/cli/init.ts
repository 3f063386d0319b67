import { existsSync } from 'node:fs'
import { join, relative } from 'node:path'
import { type Agent, detect, resolveCommand } from 'package-manager-detector'
import { openTerminal, type Terminal } from './init/ask.ts'
import { planGitignore } from './init/gitignore.ts'
import { planJest } from './init/jest.ts'
import { apply, indent, showDiff, tell } from './init/plan.ts'
import { findRunner, installedVersion, type Runner, wantedBy } from './init/runner.ts'
import { planSample, scriptForModules } from './init/sample.ts'
import { planVitest } from './init/vitest.ts'
import { findTarget, type Target } from './init/workspace.ts'

export interface InitOptions {
  runner?: Runner
  /** The name or the folder of a package. */
  workspace?: string
  dryRun?: boolean
}

/**
 * `kafka-testkit init`: sets up the project around this folder. What is there already is left as it is, so that it can
 * be run again. Exits with 1 where something is left to be done by hand.
 */
export async function init(options: InitOptions, terminal: Terminal = openTerminal()): Promise<void> {
  const cwd = process.cwd()
  const target = await findTarget(cwd, options.workspace, terminal)
  const runner = await findRunner(target, options.runner, terminal)
  const { steps: config, places } = runner === 'vitest' ? planVitest(target) : planJest(target)
  const steps = [...config, planGitignore(target), planSample(target, runner, places)]
  const title = `${target.manifest.name ?? target.folder}, ${runner === 'vitest' ? 'Vitest' : 'Jest'}`

  if (options.dryRun) {
    const diff = showDiff(steps, cwd)
    console.log(
      [`${title}, a dry run: nothing is written`, tell(steps, cwd, options), diff].filter(Boolean).join('\n\n'),
    )
  } else {
    apply(steps)
    const next = await nextCommands(target, runner, steps.at(-1)!.path)
    console.log(`${title}\n\n${tell(steps, cwd)}\n\nNext:\n\n${indent(next.join('\n'))}`)
  }
  if (steps.some(({ kind }) => kind === 'by hand')) process.exitCode = 1
}

/** What to type now: what is missing is installed, the sample is run. */
async function nextCommands(target: Target, runner: Runner, sample: string): Promise<string[]> {
  const agent: Agent = (await detect({ cwd: target.folder }))?.agent ?? 'npm'
  const command = (kind: 'add' | 'execute-local' | 'run', args: string[]): string => {
    const resolved = resolveCommand(agent, kind, args)!
    return [resolved.command, ...resolved.args].join(' ')
  }
  const there = (name: string): boolean =>
    (wantedBy(target, name) ?? installedVersion(name, target.folder)) !== undefined
  // Vitest 5 leaves Vite to its user; npm and pnpm install it by themselves, yarn doesn't.
  const peers = runner === 'vitest' && agent.startsWith('yarn') ? ['vite'] : []
  const missing = [runner, ...peers, 'kafka-testkit'].filter((name) => !there(name))
  const jestCommand = (): string => {
    // Jest runs ES modules only by a flag of Node, which a script has.
    const script = scriptForModules(target)
    return script === undefined ? command('execute-local', ['jest', file]) : command('run', [script, file])
  }
  const folder = relative(process.cwd(), target.folder)
  const file = relative(target.folder, sample).replaceAll('\\', '/')
  return [
    ...(folder === '' ? [] : [`cd ${folder}`]),
    ...(missing.length === 0 ? [] : [command('add', [...addFlags(agent, target), ...missing])]),
    runner === 'vitest' ? command('execute-local', ['vitest', 'run', file]) : jestCommand(),
  ]
}

/** At the root of workspaces pnpm and the first yarn want to be told that it is meant. */
function addFlags(agent: Agent, { folder, manifest }: Target): string[] {
  if (agent.startsWith('pnpm') && existsSync(join(folder, 'pnpm-workspace.yaml'))) return ['-D', '-w']
  return agent === 'yarn' && manifest.workspaces !== undefined ? ['-D', '-W'] : ['-D']
}
