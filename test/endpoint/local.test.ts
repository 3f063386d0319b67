import { appendFileSync, mkdirSync, writeFileSync } from 'node:fs'
import { request } from 'node:http'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { startLocal } from '../../src/endpoint/local/server.ts'
import { Store, toText } from '../../src/history/store.ts'
import type { Line, RunLine } from '../../src/run/model.ts'
import { type Folder, temporaryFolder } from './support/endpoint.ts'
import { endLine, runLine, testLines } from './support/run.ts'

let folder: Folder
let runs: Store
let links: string[]
let local: Awaited<ReturnType<typeof startLocal>>
beforeEach(async () => {
  folder = temporaryFolder()
  runs = new Store(folder.path)
  links = []
  const log = (): void => {}
  local = await startLocal({ runs, port: 0, log, heartbeat: 100, onLink: (link) => links.push(link) })
})
afterEach(async () => {
  await local.close()
  folder[Symbol.dispose]()
})

/** Writes a run as the reporter does, whole. */
function write(lines: readonly Line[] = testLines('ships'), run: RunLine = runLine()): RunLine {
  runs.begin(run)
  const end = endLine(lines)
  runs.append(run, toText([...lines, end]))
  runs.end(run, end)
  return run
}

async function signIn(link = links.at(-1)!): Promise<string> {
  const answer = await fetch(link, { redirect: 'manual' })
  expect(answer.status).toBe(303)
  expect(answer.headers.get('location')).toBe('/')
  return answer.headers.get('set-cookie')?.split(';')[0] ?? ''
}

async function ask(cookie: string, path: string): Promise<{ status: number; body: ReturnType<typeof JSON.parse> }> {
  const answer = await fetch(`${local.url}${path}`, { headers: { cookie } })
  return { status: answer.status, body: JSON.parse(await answer.text()) }
}

/** A request that says what it likes of its host: `fetch` says the truth. */
function askAs(headers: Record<string, string>, path = '/v1/session'): Promise<number> {
  const { promise, resolve, reject } = Promise.withResolvers<number>()
  request(`${local.url}${path}`, { headers }, (answer) => {
    answer.resume()
    resolve(answer.statusCode!)
  })
    .on('error', reject)
    .end()
  return promise
}

test('a link works once, for a session that may read and nothing else; then there is another link', async () => {
  const run = write()
  expect(links).toHaveLength(1)
  expect(links[0]).toMatch(/^http:\/\/127\.0\.0\.1:\d+\/\?token=ktl_[\w-]{43}$/)
  const cookie = await signIn()
  expect(links).toHaveLength(2)
  expect(await signIn(links[0])).toBe('')
  expect((await ask(cookie, '/v1/session')).body).toMatchObject({
    token: { scope: 'read', project: null },
    store: { folder: runs.folder, problems: [] },
  })
  await expect.poll(async () => (await ask(cookie, `/v1/runs/${run.id}`)).body.state).toBe('complete')
  const put = await fetch(`${local.url}/v1/runs/${run.id}`, {
    method: 'DELETE',
    headers: { cookie, origin: local.url },
  })
  expect(put.status).toBe(403)
  expect(await askAs({ cookie: await signIn() })).toBe(200)
})

test('no page of another site reads it, whatever name leads to this machine', async () => {
  const { port } = new URL(local.url)
  const cookie = await signIn()
  expect(await askAs({ cookie, host: `localhost:${port}` })).toBe(200)
  for (const host of ['rebound.example', `rebound.example:${port}`, '127.0.0.1.rebound.example', '0.0.0.0']) {
    for (const path of ['/', '/v1/session', '/openapi.json', new URL(links.at(-1)!).search.replace(/^/, '/')]) {
      expect(await askAs({ cookie, host }, path), `${host}${path}`).toBe(403)
    }
  }
  expect(links).toHaveLength(2)
  for (const origin of ['https://rebound.example', `http://127.0.0.1:1`, 'null'])
    expect(await askAs({ cookie, origin })).toBe(403)
  expect(await askAs({ cookie, 'sec-fetch-site': 'same-site' })).toBe(403)
  expect(await askAs({})).toBe(401)
})

test('a run is followed while it is written, to its end', async () => {
  const cookie = await signIn()
  const run = runLine()
  const path = `/v1/runs/${run.id}`
  const tests = async (): Promise<number> => (await ask(cookie, `${path}/tests`)).body.tests?.length
  runs.begin(run)
  await expect.poll(async () => (await ask(cookie, path)).body.state).toBe('running')
  const text = toText(testLines('first'))
  // Half a line, as a reader may meet it.
  runs.append(run, text.slice(0, -20))
  await expect.poll(tests).toBe(1)
  runs.append(run, text.slice(-20))
  const second = testLines('second')
  runs.append(run, toText(second))
  await expect.poll(tests).toBe(2)
  const end = endLine([...testLines('first'), ...second])
  runs.append(run, toText([end]))
  runs.end(run, end)
  await expect.poll(async () => (await ask(cookie, path)).body).toMatchObject({ state: 'complete', end })
  const lines = await (await fetch(`${local.url}${path}/lines`, { headers: { cookie } })).text()
  expect(lines).toBe(text + toText([...second, end]))
})

test('a run that is deleted from the store is gone here', async () => {
  const run = write()
  const cookie = await signIn()
  const status = async (): Promise<number> => (await ask(cookie, `/v1/runs/${run.id}`)).status
  await expect.poll(status).toBe(200)
  runs.remove(run.id)
  await expect.poll(status).toBe(404)
})

test('files that are cut off, foreign, of a newer version or lost are told, and nothing else breaks', async () => {
  const whole = write()
  const file = (id: string, text: string): void => {
    mkdirSync(join(runs.folder, 'runs', id), { recursive: true })
    writeFileSync(join(runs.folder, 'runs', id, 'run.ndjson'), text)
  }
  const [cut, foreign, future, broken, twice] = Array.from({ length: 5 }, () => runLine())
  file(cut!.id, toText([cut!, ...testLines('ships')]).slice(0, -30))
  file(foreign!.id, 'name,status\nships,passed\n')
  file(future!.id, toText([{ ...future!, schema: 99 as never }]))
  const middle = toText([broken!, ...testLines('ships')]).split('\n')
  file(
    broken!.id,
    `${[...middle.slice(0, 3), '{"type":"event"', '{"type":"novel"}', ...middle.slice(3)].join('\n')}${toText([endLine([])])}`,
  )
  const same = testLines('ships')
  file(twice!.id, toText([twice!, ...same, ...same, endLine(same)]))
  const lost = runLine()
  runs.begin(lost)
  writeFileSync(join(runs.folder, 'runs', lost.id, 'started.json'), JSON.stringify({ run: lost, pid: 2 ** 22 }))
  runs.append(lost, toText(testLines('ships')))
  const empty = runLine()
  mkdirSync(join(runs.folder, 'runs', empty.id))
  mkdirSync(join(runs.folder, 'runs', 'a folder of somebody'))
  appendFileSync(join(runs.folder, 'runs', 'a file of somebody'), '')
  const cookie = await signIn()
  const problems = async (): Promise<string[]> => {
    const { body } = await ask(cookie, '/v1/session')
    const names = new Map([
      [cut!.id, 'cut'],
      [foreign!.id, 'foreign'],
      [future!.id, 'future'],
      [broken!.id, 'broken'],
      [twice!.id, 'twice'],
    ])
    return body.store.problems
      .map(({ run, problem }: { run: string; problem: string }) => `${names.get(run) ?? run}: ${problem}`)
      .sort()
  }
  const states = async (): Promise<string[]> =>
    Promise.all(
      [whole, cut!, broken!, lost, twice!].map(async ({ id }) => (await ask(cookie, `/v1/runs/${id}`)).body.state),
    )
  await expect.poll(states).toEqual(['complete', 'lost', 'complete', 'lost', 'lost'])
  // The newest is read first: now all are.
  expect(await problems()).toMatchInlineSnapshot(`
    [
      "broken: line 4 is no JSON (the file is cut off)",
      "broken: line 5 (novel): type is not of the model",
      "cut: it is cut off: its end is missing",
      "foreign: it is no run of kafka-testkit",
      "future: it is of version 99 of the model, this kafka-testkit reads up to version 2: update it",
      "twice: a test of this chunk has the id of another test of the run",
    ]
  `)
})
