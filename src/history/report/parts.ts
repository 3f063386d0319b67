import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { packageFolder } from '../../base/package.ts'

/** In the order in which they stand in a page: what comes later says it otherwise. */
const styles = [
  'base',
  'frame',
  'title',
  'status',
  'facts',
  'tools',
  'list',
  'card',
  'record',
  'timeline',
  'flow',
  'help',
  'phone',
]

/** A script of the pages as the build made it: that of a report, or that of the endpoint. */
export function viewerScript(name: 'app' | 'served'): string {
  return part(`${name}.iife.js`)
}

/** All styles of a report; of the endpoint's pages there are more. */
export function viewerStyle(...more: readonly string[]): string {
  return [...styles, ...more].map((name) => part(`styles/${name}.css`)).join('')
}

function part(name: string): string {
  return readFileSync(join(packageFolder, 'dist/viewer', name), 'utf8')
}
