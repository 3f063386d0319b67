import { existsSync } from 'node:fs'
import { fileURLToPath } from 'node:url'

/** The URL of a built file: what is measured is what users get. */
export function built(path: string): string {
  const url = new URL(`../../dist/${path}`, import.meta.url)
  if (!existsSync(fileURLToPath(url))) throw new Error(`dist/${path} is missing: run npm run build first`)
  return url.href
}
