import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { setTimeout as pause } from 'node:timers/promises'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { parseLines } from '../support/endpoint.ts'
import { createProject, type Project, run, runVitest } from '../support/project.ts'

const secret = 'an-administrator-of-this-test-alone'
const main = 'node_modules/kafka-testkit/dist/cli/main.js'
const testFile = (wait: string): string => `import { existsSync } from 'node:fs'
import { expect, test } from 'kafka-testkit/vitest'
test('an order is received', async ({ kafka }) => {
  await kafka.topic('orders').produce({ key: 'o-1', value: { sku: 'lamp' } })
  await expect(kafka.topic('orders')).toReceiveRecord({ key: 'o-1' })
  ${wait}
}, 60_000)
`

let project: Project
let server: Server
beforeEach(async () => {
  project = createProject(5, {
    'vitest.config.ts': `import kafka from 'kafka-testkit/vitest/config'
import { defineConfig } from 'vitest/config'
export default defineConfig({ plugins: [kafka({ project: 'shop' })] })
`,
    'one.test.ts': testFile(''),
    'two.test.ts': testFile(
      "while (process.env.WAIT && !existsSync('go')) await new Promise((go) => setTimeout(go, 20))",
    ),
  })
  server = await serve('0')
})
afterEach(async () => {
  await server.kill()
  project[Symbol.dispose]()
})

interface Server {
  url: string
  kill(): Promise<void>
}

/** `npx kafka-testkit serve`, in a process of its own. */
async function serve(port: string): Promise<Server> {
  const child: ChildProcess = spawn(process.execPath, [main, 'serve', '--port', port, '--data', 'endpoint'], {
    cwd: project.folder,
    env: { ...process.env, NODE_OPTIONS: '', KAFKA_TESTKIT_ADMIN_TOKEN: secret },
    stdio: ['ignore', 'pipe', 'ignore'],
  })
  const ended = once(child, 'close')
  let url: string | undefined
  for await (const line of createInterface(child.stdout!)) {
    url = /listens on (\S+)/.exec(line)?.[1]
    if (url !== undefined) break
  }
  child.stdout!.resume()
  if (url === undefined) throw new Error('the endpoint did not start')
  const kill = async (): Promise<void> => {
    child.kill('SIGKILL')
    await ended
  }
  return { url, kill }
}

const env = (): Record<string, string> => ({ KAFKA_TESTKIT_ENDPOINT: server.url, KAFKA_TESTKIT_TOKEN: secret })
const runId = (): string => readdirSync(join(project.folder, '.kafka-testkit/runs'))[0]!

async function get(path: string): Promise<Record<string, unknown>> {
  const response = await fetch(`${server.url}${path}`, { headers: { authorization: `Bearer ${secret}` } })
  return (await response.json()) as Record<string, unknown>
}

async function expectThere(): Promise<void> {
  const stored = parseLines(readFileSync(join(project.folder, '.kafka-testkit/runs', runId(), 'run.ndjson')))
  expect(await get(`/v1/runs/${runId()}/chunks`)).toMatchObject({ complete: true })
  expect(await get(`/v1/runs/${runId()}`)).toMatchObject({ run: stored[0], end: stored.at(-1) })
  expect(((await get('/v1/projects/shop/runs')) as { runs: unknown[] }).runs).toHaveLength(1)
}

test('a run arrives at the endpoint while its tests run', async () => {
  const { exitCode, output } = await runVitest(project, [], env())
  expect(exitCode, output).toBe(0)
  expect(output).toMatch(/Uploaded/)
  await expectThere()
}, 60_000)

test('an endpoint that is killed in the middle of a run and started again has it after a push, once and whole', async () => {
  const running = runVitest(project, ['--max-workers=2'], { ...env(), WAIT: '1' })
  const deadline = Date.now() + 30_000
  for (let arrived = false; !arrived; await pause(20)) {
    if (Date.now() > deadline) throw new Error('no chunk arrived within 30 s')
    // The folders come one after the other, the run's last.
    const runs = join(project.folder, '.kafka-testkit/runs')
    const ids = existsSync(runs) ? readdirSync(runs) : []
    for (const id of ids) arrived = JSON.stringify(await get(`/v1/runs/${id}/chunks`)).includes('"seq":0')
  }
  await server.kill()
  writeFileSync(join(project.folder, 'go'), '')
  const { exitCode, output } = await running
  expect(exitCode, output).toBe(0)
  expect(output.match(/kafka-testkit: .*/g)).toEqual([expect.stringMatching(/isn't uploaded: .*ECONNREFUSED.*push$/)])

  server = await serve(new URL(server.url).port)
  const pushed = await run(project, [main, 'push'], { KAFKA_TESTKIT_TOKEN: secret })
  expect(pushed, pushed.output).toMatchObject({ exitCode: 0 })
  await expectThere()
}, 90_000)
