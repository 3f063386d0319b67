// Installs the browser that `npm run test:browser` and `npm run screenshots` open reports in: a headless Chromium.
import { existsSync, mkdirSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { installDebianPackages } from './debian.ts'
import { answers, execute } from './execute.ts'

const chromiumPackage = '@sparticuz/chromium@153.0.0'
const folder = fileURLToPath(new URL('../.cache/browser', import.meta.url))
const unpacked = join(folder, 'chromium')

/** The command that starts it; undefined where there is none. `CHROMIUM` may name another. */
export async function findBrowser(): Promise<string | undefined> {
  for (const command of [process.env.CHROMIUM, unpacked, 'chromium', 'chromium-browser', 'google-chrome']) {
    if (command !== undefined && (await answers(command, ['--version']))) return command
  }
  return undefined
}

/** From npm, packed for Linux; where that doesn't start, Debian's. */
async function installBrowser(): Promise<void> {
  if ((await findBrowser()) !== undefined) return
  if (process.platform === 'linux' && process.arch === 'x64') {
    mkdirSync(folder, { recursive: true })
    await execute('npm', [
      'install',
      '--prefix',
      folder,
      '--ignore-scripts',
      '--no-audit',
      '--no-fund',
      chromiumPackage,
    ])
    // It unpacks itself into the folder for temporary files.
    const unpack = "import('@sparticuz/chromium').then(({ default: chromium }) => chromium.executablePath())"
    await execute(process.execPath, ['-e', unpack], { cwd: folder, env: { TMPDIR: folder } })
    if (existsSync(unpacked) && (await answers(unpacked, ['--version']))) return
  }
  await installDebianPackages({ commands: ['chromium'] })
}

if (import.meta.main) {
  try {
    await installBrowser()
    console.log(`browser: ${await findBrowser()}`)
  } catch (error) {
    console.error(`browser: ${error instanceof Error ? error.message : error}`)
    // A developer's machine may lack it (its tests are skipped then), CI may not.
    process.exitCode = process.env.CI === 'true' ? 1 : 0
  }
}
