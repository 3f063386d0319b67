import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { appendFileSync, readdirSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { createJestProject } from '../support/jest.ts'

const testFile = `const { kafka } = require('kafka-testkit/jest')

test('a record is received', async () => {
  await kafka.topic('orders').produce({ value: 1 })
  await expect(kafka.topic('orders')).toReceiveRecordCount(1)
})
`

test.each([29, 30] as const)(
  'in watch mode of Jest %i each rerun is a run of its own, with a broker of its own',
  async (version) => {
    using project = createJestProject(version, {
      'jest.config.js': `module.exports = { preset: 'kafka-testkit', transform: {}, watchman: false }`,
      'orders.test.js': testFile,
    })
    const child = spawn(process.execPath, ['node_modules/jest/bin/jest.js', '--watchAll'], {
      cwd: project.folder,
      env: { ...process.env, CI: '', NO_COLOR: '1', NODE_ENV: '', VITEST: '' },
      stdio: ['pipe', 'pipe', 'pipe'],
    })
    let output = ''
    const seen = (pattern: RegExp) =>
      new Promise<void>((resolve, reject) => {
        const check = () => pattern.test(output) && resolve()
        child.stdout.on('data', check)
        child.stderr.on('data', check)
        child.on('close', () => reject(new Error(`ended before ${pattern}:\n${output}`)))
        setTimeout(() => reject(new Error(`no ${pattern}:\n${output}`)), 60_000).unref()
        check()
      })
    child.stdout.on('data', (chunk) => (output += chunk))
    child.stderr.on('data', (chunk) => (output += chunk))
    try {
      await seen(/Ran all test suites/)
      output = ''
      appendFileSync(join(project.folder, 'orders.test.js'), '\n// changed\n')
      await seen(/Ran all test suites/)
      expect(output).toMatch(/Tests:\s+1 passed/)
      expect(readdirSync(join(project.folder, '.kafka-testkit/runs'))).toHaveLength(2)
    } finally {
      child.kill('SIGKILL')
      await once(child, 'close')
    }
  },
  100_000,
)
