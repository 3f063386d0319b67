import { execFile } from 'node:child_process'
import { chmodSync, mkdirSync, writeFileSync } from 'node:fs'
import { delimiter, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import { expect, test } from 'vitest'
import { readPage } from '../docs/blocks.ts'
import { temporaryFolder } from './support/endpoint.ts'
import { serve } from './support/serve.ts'

const main = fileURLToPath(new URL('../../dist/cli/main.js', import.meta.url))
const adminToken = 'ktk_the-administrator-of-these-tests'

/** The commands of the page, without those that start a server or want what is not here. */
function commands(): string[] {
  const blocks = [...readPage('docs/endpoint.md').matchAll(/^```sh\n(.*?)^```$/gms)].map(([, code = '']) => code)
  return blocks.filter((code) => !/^(docker|npm install) |kafka-testkit serve$/m.test(code))
}

// They are written for a POSIX shell.
test.skipIf(process.platform === 'win32')('the commands of docs/endpoint.md work, in their order', async () => {
  using folder = temporaryFolder()
  const bin = join(folder.path, 'bin')
  mkdirSync(bin)
  writeFileSync(join(bin, 'npx'), `#!/bin/sh\nshift\nexec '${process.execPath}' '${main}' "$@"\n`)
  chmodSync(join(bin, 'npx'), 0o755)
  await using served = await serve(['--data', join(folder.path, 'kafka-testkit-data')], {
    KAFKA_TESTKIT_ADMIN_TOKEN: adminToken,
  })
  expect(commands()).toHaveLength(5)
  const env = {
    ...process.env,
    PATH: `${bin}${delimiter}${process.env.PATH}`,
    ENDPOINT: served.client.url,
    TOKEN: adminToken,
  }
  for (const command of commands()) {
    await promisify(execFile)('sh', ['-e', '-c', command], { cwd: folder.path, env, timeout: 20_000 })
  }
  const { body } = await served.client.get('/v1/projects/orders')
  expect(body.settings).toEqual({ redact: ['records'], keep: { data: 14, results: 180, figures: null } })
})
