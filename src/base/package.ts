import { existsSync, readFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'

/** The folder that this package is installed in. */
export const packageFolder: string = folderAbove(dirname(fileURLToPath(import.meta.url)))

export const packageVersion: string = (
  JSON.parse(readFileSync(join(packageFolder, 'package.json'), 'utf8')) as { version: string }
).version

/** By hand: `findPackageJSON` of Node knows nothing of the archives in which Yarn's Plug'n'Play keeps packages. */
function folderAbove(folder: string): string {
  return existsSync(join(folder, 'package.json')) ? folder : folderAbove(dirname(folder))
}
