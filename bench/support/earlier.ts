import { execFileSync } from 'node:child_process'
import { mkdirSync, mkdtempSync, readdirSync, rmSync, symlinkSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'

const root = fileURLToPath(new URL('../..', import.meta.url))
const windows = process.platform === 'win32'

/** Whether a commit is there to be built: a shallow clone has only the last one. */
export function hasCommit(commit: string): boolean {
  try {
    execFileSync('git', ['cat-file', '-e', `${commit}^{commit}`], { cwd: root, stdio: 'ignore' })
    return true
  } catch {
    return false
  }
}

/** Puts the package of an earlier commit, built and packed, in the place of this one into a project. */
export function installEarlier(commit: string, project: { folder: string }): void {
  const folder = mkdtempSync(join(tmpdir(), 'kafka-testkit-earlier-'))
  const run = (command: string, ...args: string[]): void => {
    execFileSync(command, args, { cwd: folder, stdio: ['ignore', 'ignore', 'inherit'], shell: windows })
  }
  try {
    run('git', '-C', root, 'archive', `--output=${join(folder, 'sources.tar')}`, commit)
    run('tar', '-xf', 'sources.tar')
    symlinkSync(join(root, 'node_modules'), join(folder, 'node_modules'), 'junction')
    run(process.execPath, 'node_modules/tsdown/dist/run.mjs', '--logLevel', 'error')
    run('npm', 'pack', '--ignore-scripts', '--silent')
    installPacked(join(folder, readdirSync(folder).find((name) => name.endsWith('.tgz'))!), project)
  } finally {
    rmSync(folder, { recursive: true, force: true, maxRetries: 5 })
  }
}

/** Puts a packed build in the place of this one into a project. */
export function installPacked(tarball: string, project: { folder: string }): void {
  const installed = join(project.folder, 'node_modules/kafka-testkit')
  rmSync(installed, { recursive: true })
  mkdirSync(installed)
  execFileSync('tar', ['-xzf', tarball, '-C', installed, '--strip-components=1'], { shell: windows })
}
