// What the build takes from other packages: which chunk it goes to, how small it gets, and its licences.
import { readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { minifySync } from 'rolldown/utils'
import type { Rolldown } from 'tsdown'

const root = fileURLToPath(new URL('..', import.meta.url))
const { devDependencies } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8')) as {
  devDependencies: Record<string, string>
}

/** Where all chunks of other packages are. */
const FOLDER = 'vendor/'

/** The folder and the name of the package that a module is of; undefined for our own. */
function packageOf(module: string): { folder: string; name: string } | undefined {
  const [folder, name] = /^.*[\\/]node_modules[\\/]((?:@[^\\/]+[\\/])?[^\\/]+)/.exec(module) ?? []
  return folder === undefined ? undefined : { folder, name: name!.replace('\\', '/') }
}

/** The chunk of a package that we import ourselves. */
function vendorChunk(module: string): string | null {
  const name = packageOf(module)?.name
  return name !== undefined && name in devDependencies ? `${FOLDER}${fileName(name)}` : null
}

function fileName(name: string): string {
  return name.replace(/^@/, '').replace('/', '-')
}

/** What others of these packages import too: the first group that a module falls into takes it, with its imports. */
const shared = ['zod', 'pretty-format', 'hono']

/** A chunk for each package that we import, with what it imports in turn. */
export const vendorChunks: Rolldown.CodeSplittingGroup[] = [
  {
    debugName: 'shared packages',
    name: (module) => (shared.includes(packageOf(module)?.name ?? '') ? vendorChunk(module) : null),
    priority: 2,
  },
  { debugName: 'packages', name: vendorChunk, priority: 1 },
]

/**
 * Packages that a test loads in the middle of a synchronous call, when it first needs them: files of their own, in
 * CommonJS, which is required in half the time that the packages take (an ES module would take twice as long).
 */
const required = ['pretty-format', '@jest/expect-utils']
export const requiredEntries: Record<string, string> = Object.fromEntries(
  required.map((name) => [`${FOLDER}${fileName(name)}`, name]),
)

/** The folders of all packages that a build has taken anything of. */
const taken = new Set<string>()

/**
 * Makes the chunks of other packages small (ours stay readable), and writes THIRD-PARTY-LICENSES from what really came
 * to be in them, by every build of this process.
 */
export function thirdParty(): Rolldown.Plugin {
  return {
    name: 'third-party',
    load: {
      filter: { id: /[\\/]zod[\\/]v4[\\/]locales[\\/]index\.js$/ },
      // All languages but English are more than half of zod, and nothing asks for them.
      handler: () => "export { default as en } from './en.js'",
    },
    transform: {
      filter: { code: 'createRequire(import.meta.url)(' },
      handler: (code) =>
        required.reduce((text, name) => text.replace(`url)('${name}')`, `url)('#${FOLDER}${fileName(name)}')`), code),
    },
    renderChunk: (code, chunk) => (chunk.fileName.startsWith(FOLDER) ? minifySync(chunk.fileName, code).code : null),
    writeBundle({ dir }, bundle) {
      for (const chunk of Object.values(bundle)) {
        if (chunk.type !== 'chunk') continue
        for (const [module, { renderedLength }] of Object.entries(chunk.modules)) {
          const folder = packageOf(module)?.folder
          if (folder !== undefined && renderedLength > 0) taken.add(folder)
        }
      }
      writeFileSync(join(dir!, 'THIRD-PARTY-LICENSES'), licencesOf([...taken]))
    },
  }
}

interface Manifest {
  name: string
  version: string
  license: string
  author?: string | { name: string }
}

function licencesOf(folders: readonly string[]): string {
  const packages = folders.map((folder) => ({
    folder,
    manifest: JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8')) as Manifest,
  }))
  packages.sort((a, b) => (a.manifest.name < b.manifest.name ? -1 : 1))
  const parts = packages.map(({ folder, manifest }) => {
    const { name, version, license } = manifest
    return `${name} ${version} (${license})\n\n${licenceText(folder, manifest)}`
  })
  const first = 'The files below dist/vendor and dist/viewer are made of these packages, each under its own licence.'
  const line = '-'.repeat(80)
  return `${[first, ...parts].join(`\n\n${line}\n\n`)}\n`
}

/** @throws Error for a package that says neither how it is licensed nor that it is by the MIT licence. */
function licenceText(folder: string, { name, license, author }: Manifest): string {
  const file = readdirSync(folder).find((one) => /^licen[cs]e/i.test(one))
  if (file !== undefined) return readFileSync(join(folder, file), 'utf8').trim()
  if (license !== 'MIT') throw new Error(`${name} is bundled and has no licence text: ${folder}`)
  const holder = typeof author === 'string' ? author : (author?.name ?? `the authors of ${name}`)
  const ours = readFileSync(join(root, 'LICENSE'), 'utf8').trim()
  return ours.replace(/^Copyright .*$/m, `Copyright (c) ${holder}`)
}
