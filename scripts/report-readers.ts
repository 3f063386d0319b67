import { existsSync, mkdirSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { answers, execute } from './execute.ts'

/** npm packages that read our reports, and one whose own the bench compares with ours; what reads them in Python is beside the clients (`python-clients.ts`). */
const readers: Readonly<Record<string, string>> = {
  'xunit-viewer': '10.6.1',
  ctrf: '0.3.0',
  allure: '3.18.0',
  '@opentelemetry/semantic-conventions': '1.45.0',
  '@playwright/test': '1.65.1',
}
const folder = fileURLToPath(new URL('../.cache/report-readers', import.meta.url))

/** The modules that a test imports of them. */
export const xunitViewerParser: string = join(folder, 'node_modules/xunit-viewer/src/cli/parse.js')
export const ctrfModule: string = join(folder, 'node_modules/ctrf/dist/index.js')
/** What makes a report of a folder of results. */
export const allureCommand: string = join(folder, 'node_modules/allure/cli.js')
/** The names of attributes that OpenTelemetry's conventions have. */
export const semanticConventions: string = join(
  folder,
  'node_modules/@opentelemetry/semantic-conventions/dist/index-incubating.mjs',
)
/** What runs Playwright's tests, of which its HTML reporter makes a page. */
export const playwrightCommand: string = join(folder, 'node_modules/@playwright/test/cli.js')

export function hasReportReaders(): boolean {
  return [xunitViewerParser, ctrfModule, allureCommand, semanticConventions].every((path) => existsSync(path))
}

/** Installs them apart from the project: xunit-viewer alone brings 200 packages. */
export async function installReportReaders(): Promise<void> {
  const wanted = Object.entries(readers).map(([name, version]) => `${name}@${version}`)
  if (hasReportReaders() && (await answers('npm', ['ls', '--prefix', folder, ...wanted]))) return
  mkdirSync(folder, { recursive: true })
  await execute('npm', ['install', '--prefix', folder, '--ignore-scripts', '--no-audit', '--no-fund', ...wanted])
}
