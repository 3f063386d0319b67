import { existsSync, globSync } from 'node:fs'
import { join } from 'node:path'
import { configFiles, wantedBy } from './runner.ts'
import type { Target } from './workspace.ts'

/** Whether a package's own code is TypeScript. */
export function usesTypeScript(target: Target): boolean {
  if (configFiles('vitest', target).some((file) => /\.[cm]?ts$/.test(file))) return true
  const folders = [target.folder, target.root.folder]
  return (
    folders.some((folder) => existsSync(join(folder, 'tsconfig.json'))) || wantedBy(target, 'typescript') !== undefined
  )
}

/** The tests that a package has, relative to it, with `/`. */
export function testFiles({ folder }: Target): string[] {
  return globSync('**/*.{test,spec}.{ts,tsx,mts,cts,js,jsx,mjs,cjs}', {
    cwd: folder,
    exclude: (name) => /^(node_modules|dist|build|coverage|\..+)$/.test(name.split(/[\\/]/).at(-1)!),
  })
    .map((path) => path.replaceAll('\\', '/'))
    .sort()
}
