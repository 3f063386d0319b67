import { existsSync, readFileSync } from 'node:fs'
import { dirname, join, resolve } from 'node:path'

/** Branch and commit, read from git's own files: no process is started for it. */
export function readGit(root: string): { branch: string | null; commit: string | null } {
  try {
    const folder = gitFolder(root)
    if (folder === undefined) return { branch: null, commit: null }
    const head = readFileSync(join(folder, 'HEAD'), 'utf8').trim()
    if (!head.startsWith('ref: ')) return { branch: null, commit: head }
    const ref = head.slice('ref: '.length)
    return { branch: ref.replace('refs/heads/', ''), commit: readRef(folder, ref) }
  } catch {
    return { branch: null, commit: null }
  }
}

/** `.git` is a folder, or a file that names one (worktrees, submodules). */
function gitFolder(root: string): string | undefined {
  for (let folder = resolve(root); ; folder = dirname(folder)) {
    const path = join(folder, '.git')
    if (existsSync(join(path, 'HEAD'))) return path
    if (existsSync(path)) return resolve(folder, readFileSync(path, 'utf8').replace('gitdir:', '').trim())
    if (folder === dirname(folder)) return undefined
  }
}

function readRef(folder: string, ref: string): string | null {
  const common = join(folder, 'commondir')
  const folders = existsSync(common) ? [folder, resolve(folder, readFileSync(common, 'utf8').trim())] : [folder]
  for (const one of folders) {
    if (existsSync(join(one, ref))) return readFileSync(join(one, ref), 'utf8').trim()
    const packed = join(one, 'packed-refs')
    if (!existsSync(packed)) continue
    const line = readFileSync(packed, 'utf8')
      .split('\n')
      .find((entry) => entry.endsWith(` ${ref}`))
    if (line !== undefined) return line.split(' ')[0]!
  }
  return null
}

/** The project's name: that of its package. */
export function readProject(root: string): string {
  try {
    const { name } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8')) as { name?: unknown }
    if (typeof name === 'string') return name
  } catch {
    // A project without package.json has its folder's name.
  }
  return resolve(root).split(/[\\/]/).at(-1) ?? ''
}
