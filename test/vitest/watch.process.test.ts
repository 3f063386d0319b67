import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { appendFileSync, readdirSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { expect, test } from 'vitest'
import { createProject } from '../support/project.ts'

const files = fileURLToPath(new URL('./project', import.meta.url))

test.each([4, 5] as const)(
  'in watch mode of Vitest %i each rerun is a run of its own, with a broker of its own',
  async (version) => {
    using project = createProject(version, files)
    const child = spawn(process.execPath, ['node_modules/vitest/vitest.mjs', 'watch', 'tests/attempts.ts'], {
      cwd: project.folder,
      env: { ...process.env, CI: '', NO_COLOR: '1', NODE_ENV: '', VITEST: '' },
      stdio: ['pipe', 'pipe', 'pipe'],
    })
    let output = ''
    const seen = (pattern: RegExp) =>
      new Promise<void>((resolve, reject) => {
        const check = () => pattern.test(output) && resolve()
        child.stdout.on('data', check)
        child.on('close', () => reject(new Error(`ended before ${pattern}:\n${output}`)))
        setTimeout(() => reject(new Error(`no ${pattern}:\n${output}`)), 60_000).unref()
        check()
      })
    child.stdout.on('data', (chunk) => (output += chunk))
    child.stderr.on('data', (chunk) => (output += chunk))
    try {
      await seen(/Waiting for file changes/)
      output = ''
      appendFileSync(join(project.folder, 'tests/attempts.ts'), '\n// changed\n')
      await seen(/RERUN[\s\S]*Waiting for file changes/)
      expect(output).toMatch(/Tests\s+5 passed/)
      expect(readdirSync(join(project.folder, '.kafka-testkit/runs'))).toHaveLength(2)
    } finally {
      child.kill('SIGKILL')
      await once(child, 'close')
    }
  },
  100_000,
)
