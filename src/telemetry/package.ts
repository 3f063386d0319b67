import { readFileSync } from 'node:fs'
import { findPackageJSON } from 'node:module'
import { dirname } from 'node:path'

const manifest = findPackageJSON('.', import.meta.url)!

/** The folder that this package is installed in. */
export const packageFolder: string = dirname(manifest)

export const packageVersion: string = (JSON.parse(readFileSync(manifest, 'utf8')) as { version: string }).version
