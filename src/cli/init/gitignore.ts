import { existsSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { readText, type Step } from './plan.ts'
import type { Target } from './workspace.ts'

/** Keeps the local store out of the repository, wherever in it the tests run. */
export function planGitignore({ folder, root }: Target): Step {
  const above = foldersUpToRepository(folder)
  for (const at of new Set([folder, root.folder, ...above])) {
    const path = join(at, '.gitignore')
    // With a slash in front it holds in that folder only.
    const ignored = at === folder ? /^\/?\.kafka-testkit\/?\s*$/m : /^(\*\*\/)?\.kafka-testkit\/?\s*$/m
    if (ignored.test(readText(path) ?? '')) return { kind: 'already', path, what: '.kafka-testkit/ is ignored' }
  }
  const own = join(root.folder, '.gitignore')
  const path = existsSync(own) ? own : join(above.at(-1) ?? root.folder, '.gitignore')
  const before = readText(path)
  const newline = before?.includes('\r\n') ? '\r\n' : '\n'
  const lines = before === null || /(^|\n)$/.test(before) ? (before ?? '') : before + newline
  return {
    kind: 'change',
    path,
    before,
    after: `${lines}.kafka-testkit/${newline}`,
    what: '.kafka-testkit/, the local history',
  }
}

/** From a folder up to the one that has `.git`; none where there is no repository. */
function foldersUpToRepository(folder: string): string[] {
  const folders: string[] = []
  for (let at = folder; ; at = dirname(at)) {
    folders.push(at)
    if (existsSync(join(at, '.git'))) return folders
    if (dirname(at) === at) return []
  }
}
