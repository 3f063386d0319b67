import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { createInterface } from 'node:readline'
import { fileURLToPath } from 'node:url'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { createFolder, type Folder, kafkaTestkit } from '../support/cli.ts'
import { storeRun } from '../support/history.ts'

const main = fileURLToPath(new URL('../../dist/cli/main.js', import.meta.url))

let folder: Folder
let id: string
beforeAll(() => {
  folder = createFolder({})
  id = storeRun(folder.path, { tests: [{ name: 'orders > are accepted' }] })
})
afterAll(() => folder[Symbol.dispose]())

/** A command that serves until it is stopped, and the lines that it prints. */
function start(...args: string[]) {
  const child = spawn(process.execPath, [main, ...args], { cwd: folder.path, stdio: ['ignore', 'pipe', 'inherit'] })
  const lines = createInterface({ input: child.stdout })[Symbol.asyncIterator]()
  const ended = once(child, 'close')
  return {
    line: async (): Promise<string> => (await lines.next()).value as string,
    async stop(signal: NodeJS.Signals): Promise<number | null> {
      child.kill(signal)
      const [code] = await ended
      return code
    },
    async [Symbol.asyncDispose]() {
      child.kill('SIGKILL')
      await ended
    },
  }
}

test.each([
  ['ui', []],
  ['serve', ['--dir', '.kafka-testkit', '--port', '0']],
])('%s shows the local store to who has the link, until it is stopped', async (command, args) => {
  await using ui = start(command, ...args)
  const link = /^Open (http:\/\/127\.0\.0\.1:\d+\/\?token=\S+)$/.exec(await ui.line())![1]!
  expect(await ui.line()).toMatch(
    /^kafka-testkit shows .*\.kafka-testkit on http:\/\/127\.0\.0\.1:\d+, to this machine/,
  )
  const answer = await fetch(link, { redirect: 'manual' })
  const cookie = answer.headers.get('set-cookie')!.split(';')[0]!
  expect(await ui.line()).toMatch(/^The link was used\. For another browser: http:\/\/127\.0\.0\.1:\d+\/\?token=/)
  const { origin } = new URL(link)
  const run = async (): Promise<{ state: string }> =>
    (await (await fetch(`${origin}/v1/runs/${id}`, { headers: { cookie } })).json()) as { state: string }
  await expect.poll(run).toMatchObject({ state: 'complete' })
  // With a stream that is open.
  const stream = await fetch(`${origin}/v1/projects/shop/events`, { headers: { cookie } })
  expect(await ui.stop('SIGINT')).toBe(process.platform === 'win32' ? null : 0)
  await stream.body?.cancel().catch(() => {})
})

test('what goes with a local store and what does not', async () => {
  const wrong = await kafkaTestkit(folder.path, [
    'serve',
    '--dir',
    '.kafka-testkit',
    '--public-url',
    'https://kafka.example',
  ])
  expect(wrong.exitCode).toBe(1)
  expect(wrong.output).toMatchInlineSnapshot(`
    "kafka-testkit: --dir shows a local store, to this machine only: it goes with --port, not with --public-url
    "
  `)
  const url = await kafkaTestkit(folder.path, ['serve', '--public-url', 'kafka.example/reports'])
  expect(url.exitCode).toBe(1)
  expect(url.output).toMatchInlineSnapshot(`
    "error: option '--public-url <url>' argument 'kafka.example/reports' is invalid. https://HOST is wanted: the pages live at the root of a host.
    (kafka-testkit --help lists the commands)
    "
  `)
})
