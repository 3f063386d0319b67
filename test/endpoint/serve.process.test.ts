import { once } from 'node:events'
import { mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { connect } from 'node:net'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { type Folder, temporaryFolder } from './support/endpoint.ts'
import { digest, endLine, ndjson, runLine, testLines } from './support/run.ts'
import { cli, serve } from './support/serve.ts'

const adminToken = 'ktk_the-administrator-of-these-tests'
let folder: Folder
let data: string[]
beforeEach(() => {
  folder = temporaryFolder()
  data = ['--data', join(folder.path, 'data')]
})
afterEach(() => folder[Symbol.dispose]())

/** Every byte that the endpoint has written. */
function written(): string {
  const files = readdirSync(folder.path, { recursive: true, withFileTypes: true }).filter((entry) => entry.isFile())
  return files.map((file) => readFileSync(join(file.parentPath, file.name), 'latin1')).join('\n')
}

test('the first start prints a token, the next ones do not; it stops when it is told to', async () => {
  await using served = await serve(data)
  expect(served.printed).toEqual([
    expect.stringMatching(/^Administrator's token, shown this once: ktk_[\w-]{43}$/),
    expect.stringMatching(/^kafka-testkit endpoint listens on http:\/\/127\.0\.0\.1:\d+ \(Ctrl-C stops it\)$/),
  ])
  await served.client.upload([testLines('ships')])
  served.kill('SIGTERM')
  const code = await served.ended
  if (process.platform !== 'win32') {
    expect(code).toBe(0)
    expect(JSON.parse(served.log.at(-1)!)).toMatchObject({ level: 'info', event: 'stopped' })
  }
  // Nothing but its log: no warning of Node's either.
  expect(served.log.filter((line) => !line.startsWith('{"time":'))).toEqual([])

  await using again = await serve(data)
  expect(again.printed).toHaveLength(1)
  expect((await again.client.with(served.client.token).get('/v1/projects')).body.projects).toHaveLength(1)
})

test('killed in the middle of an upload it keeps what it acknowledged, and the upload goes on', async () => {
  const env = { KAFKA_TESTKIT_ADMIN_TOKEN: adminToken }
  const run = runLine()
  const tests = Array.from({ length: 40 }, (_, index) => testLines(`test ${index}`))
  const chunks = tests.map((lines, index) => ndjson(index < 39 ? lines : [...lines, endLine(tests.flat())]))
  const acknowledged: number[] = []
  {
    await using served = await serve(data, env)
    await served.client.begin(run)
    // All at once, so that the kill hits some in the middle.
    const sent = chunks.map(async (raw, seq) => {
      const { status } = await served.client.chunk(run.id, seq, raw)
      if (status === 201) acknowledged.push(seq)
      if (acknowledged.length === 10) served.kill('SIGKILL')
    })
    await Promise.allSettled(sent)
    expect(acknowledged.length).toBeGreaterThanOrEqual(10)
  }
  await using served = await serve(data, env)
  const { body } = await served.client.get(`/v1/runs/${run.id}/chunks`)
  const there = body.chunks.map(({ seq }: { seq: number }) => seq)
  expect(there).toEqual(expect.arrayContaining(acknowledged))
  for (const [seq, raw] of chunks.entries()) {
    expect((await served.client.chunk(run.id, seq, raw)).status).toBe(there.includes(seq) ? 200 : 201)
  }
  expect((await served.client.complete(run.id, chunks)).status).toBe(200)
  expect((await served.client.get('/v1/projects/orders/insights/days')).body.days).toMatchObject([
    { runs: 1, tests: 40 },
  ])
})

/** Whether nothing listens there any more. */
function isRefused(port: number, host: string): Promise<boolean> {
  const { promise, resolve } = Promise.withResolvers<boolean>()
  const socket = connect(port, host)
  socket.on('error', () => resolve(true))
  socket.on('connect', () => {
    socket.destroy()
    resolve(false)
  })
  return promise
}

// Windows has no signal that asks.
test.skipIf(process.platform === 'win32')(
  'told to stop in the middle of an upload it stores it, and answers',
  async () => {
    await using served = await serve(data, { KAFKA_TESTKIT_ADMIN_TOKEN: adminToken })
    const run = runLine()
    const raw = ndjson(testLines('ships'))
    await served.client.begin(run)
    const { hostname, port } = new URL(served.client.url)
    const socket = connect(Number(port), hostname).setEncoding('utf8')
    const head = [
      `PUT /v1/runs/${run.id}/chunks/0 HTTP/1.1`,
      'host: endpoint',
      `authorization: Bearer ${adminToken}`,
      `content-digest: ${digest(raw)}`,
      `content-length: ${raw.length}`,
      'expect: 100-continue',
    ]
    socket.write(`${head.join('\r\n')}\r\n\r\n`)
    // Its handling has begun.
    expect((await once(socket, 'data'))[0]).toContain('100 Continue')
    served.kill('SIGTERM')
    await expect.poll(() => isRefused(Number(port), hostname)).toBe(true)
    socket.write(raw)
    expect((await once(socket, 'data'))[0]).toContain('HTTP/1.1 201')
    expect(await served.ended).toBe(0)
  },
)

test.each([
  ['token', 'create', '--name', 'CI', '--scope', 'admin'],
  ['token', 'list'],
  ['token', 'rotate', 'some'],
  ['token', 'revoke', 'some'],
  ['backup', 'copy'],
])('serve %s %s in a folder without a store says so, and makes none', async (...args) => {
  const { stdout, stderr } = await cli(['serve', ...args, ...data])
  expect(stdout).toBe('')
  expect(stderr).toBe(
    `kafka-testkit: there is no store in ${join(folder.path, 'data')}: name the folder of the endpoint that is served, as in --data /data, or start one with kafka-testkit serve\n`,
  )
  expect(readdirSync(folder.path)).toEqual([])
})

test('tokens are made, listed, rotated and revoked beside the endpoint that runs', async () => {
  await using served = await serve(data, { KAFKA_TESTKIT_ADMIN_TOKEN: adminToken })
  const token = (...args: string[]): ReturnType<typeof cli> => cli(['serve', 'token', ...args, ...data])
  const made = await token(
    'create',
    '--name',
    'CI of orders',
    '--scope',
    'write',
    '--project',
    'orders',
    '--expires',
    '90',
  )
  expect(made.stdout).toMatch(/^ktk_[\w-]{43}\n$/)
  const id = /^Token (\w+) \(CI of orders\), scope write, orders; shown this once:\n$/.exec(made.stderr)?.[1]
  const ci = served.client.with(made.stdout.trim())
  await ci.upload([testLines('ships')])

  const list = (await token('list')).stdout
  expect(list.split('\n')[0]).toMatch(/^ID +NAME +SCOPE +PROJECT +CREATED +USED +STATE$/)
  expect(list).toMatch(new RegExp(`^${id} +CI of orders +write +orders +.* valid to `, 'm'))
  expect(list).not.toContain(made.stdout.trim().slice(4))
  expect(JSON.parse((await token('list', '--json')).stdout)).toMatchObject([{ id, scope: 'write' }])

  const rotated = await token('rotate', id!)
  expect((await ci.begin(runLine())).status).toBe(401)
  const next = served.client.with(rotated.stdout.trim())
  expect((await next.begin(runLine())).status).toBe(201)
  expect((await token('revoke', id!)).stdout).toBe(`Token ${id} (CI of orders) is revoked\n`)
  expect((await next.begin(runLine())).status).toBe(401)
  expect((await token('revoke', id!)).stderr).toMatch(/^kafka-testkit: token "\w+" was revoked at /)
  expect((await token('rotate', 'none')).stderr).toBe('kafka-testkit: there is no token "none"\n')
  expect((await token('create', '--name', 'x', '--scope', 'read')).stderr).toBe(
    'kafka-testkit: a token with scope read is for one project: name it with --project\n',
  )
  const { body } = await served.client.get('/v1/audit')
  const actions = body.entries.filter(({ subject }: { subject: string }) => subject === id)
  expect(actions.map(({ action }: { action: string }) => action)).toEqual([
    'token revoked',
    'token rotated',
    'token created',
  ])
})

test('a backup is made while it runs, and is a whole store', async () => {
  const env = { KAFKA_TESTKIT_ADMIN_TOKEN: adminToken }
  const backup = join(folder.path, 'backup')
  {
    await using served = await serve(data, env)
    const run = await served.client.upload([testLines('ships', { data: 'lamp' })])
    expect(await cli(['serve', 'backup', backup, ...data])).toMatchObject({ exitCode: 0, stderr: '' })
    await served.client.delete(`/v1/runs/${run.id}`)
  }
  await using served = await serve(['--data', backup], env)
  const [{ id }] = (await served.client.get('/v1/projects/orders/runs')).body.runs
  const [{ id: of }] = (await served.client.get(`/v1/runs/${id}/tests`)).body.tests
  expect(JSON.stringify((await served.client.get(`/v1/runs/${id}/tests/${of}/records`)).body)).toContain('lamp')
  expect((await cli(['serve', 'backup', backup, ...data])).stderr).toContain('backup is there already')
})

test('what is deleted is in no file any more', async () => {
  await using served = await serve(data, { KAFKA_TESTKIT_ADMIN_TOKEN: adminToken })
  const { client } = served
  const upload = async (word: string): Promise<{ run: string; test: string }> => {
    const lines = testLines(`ships-${word}`, { data: `data-${word}`, status: 'failed' })
    const run = runLine()
    const raw = ndjson([...lines, endLine(lines)])
    await client.begin(run)
    // Not compressed, so that its words can be found.
    await client.chunk(run.id, 0, raw, { 'content-encoding': 'identity' })
    await client.complete(run.id, [raw])
    return { run: run.id, test: (lines[0] as { id: string }).id }
  }
  const one = await upload('canary-1')
  const two = await upload('canary-2')
  await upload('canary-3')
  for (const word of ['data-canary-1', 'data-canary-2', 'ships-canary-1', 'ships-canary-3'])
    expect(written()).toContain(word)

  await client.delete(`/v1/runs/${one.run}/tests/${one.test}/records`)
  // What is written anew is compressed: what is left is asked for.
  expect(written()).not.toContain('data-canary-1')
  expect(JSON.stringify((await client.get(`/v1/runs/${one.run}/tests/${one.test}`)).body)).not.toContain(
    'data-canary-1',
  )
  await client.delete(`/v1/runs/${two.run}`)
  expect(written()).not.toContain('canary-2')
  expect(written()).toContain('ships-canary-1')
  expect((await client.delete('/v1/projects/orders')).status).toBe(200)
  expect(written()).not.toContain('canary')
  expect(
    readdirSync(join(data[1]!, 'chunks'), { recursive: true, withFileTypes: true }).filter((file) => file.isFile()),
  ).toEqual([])
})

test('its log says what was done and by which token, never what came', async () => {
  await using served = await serve(data, { KAFKA_TESTKIT_ADMIN_TOKEN: adminToken })
  const { client } = served
  const words = testLines('canary-name', { data: 'canary-data' })
  await client.upload([words], runLine({ branch: 'canary-branch' }), 'canary-project')
  await client.get('/v1/projects/canary-project/runs?branch=canary-query')
  await client.get('/v1/canary-path')
  await client.put('/v1/projects/canary-project', { keep: 'canary-json' })
  await client.with('ktk_canary-token').get('/v1/projects')
  const log = served.log.join('\n')
  expect(log).not.toMatch(/canary|ktk_/)
  const requests = served.log.map((line) => JSON.parse(line)).filter(({ event }) => event === 'request')
  expect(requests[0]).toMatchObject({ method: 'PUT', route: '/v1/runs/:id', status: 201, token: 'environment' })
  expect(requests.map(({ status }) => status)).toEqual([201, 201, 200, 200, 404, 422, 401])
})

test.each([
  [
    'a short token',
    { KAFKA_TESTKIT_ADMIN_TOKEN: 'admin' },
    /the administrator's token is to have 24 characters or more/,
  ],
  [
    'another database',
    { DATABASE_URL: 'mysql://user:secret@host/db' },
    /^kafka-testkit: DATABASE_URL is to begin with postgres:\/\/\n$/,
  ],
  ['a database that does not answer', { DATABASE_URL: 'postgres://user:secret@127.0.0.1:1/db' }, /ECONNREFUSED/],
])('%s is one message, without a secret', async (_, env, message) => {
  const { exitCode, stderr } = await cli(['serve', '--port', '0', ...data], env)
  expect(stderr).toMatch(message)
  expect(stderr).not.toContain('secret')
  expect(exitCode).toBe(1)
})

test('a port that is taken, and a store of a newer version, are one message', async () => {
  await using served = await serve(data)
  const port = new URL(served.client.url).port
  const taken = await cli(['serve', '--port', port, '--data', join(folder.path, 'other')])
  expect(taken).toMatchObject({ exitCode: 1, stderr: expect.stringContaining('EADDRINUSE') })

  const newer = join(folder.path, 'newer')
  mkdirSync(newer)
  const { DatabaseSync } = await import('node:sqlite')
  const database = new DatabaseSync(join(newer, 'endpoint.db'))
  database.exec('CREATE TABLE schema_version (version BIGINT NOT NULL); INSERT INTO schema_version VALUES (99)')
  database.close()
  const { stderr } = await cli(['serve', 'token', 'list', '--data', newer])
  expect(stderr).toMatch(
    /^kafka-testkit: the database is of version 99, this kafka-testkit knows \d+: update kafka-testkit\n$/,
  )
})

test('a file where its folder should be is one message', async () => {
  const path = join(folder.path, 'file')
  writeFileSync(path, '')
  const { exitCode, stderr } = await cli(['serve', '--port', '0', '--data', path])
  expect({ exitCode, stderr }).toEqual({ exitCode: 1, stderr: expect.stringMatching(/^kafka-testkit: .*file/) })
})

test('it warns where it listens to others without TLS', async () => {
  await using served = await serve(['--host', '0.0.0.0', ...data], { KAFKA_TESTKIT_ADMIN_TOKEN: adminToken })
  expect(served.printed).toContain('It speaks plain HTTP: put a proxy with TLS before it, tokens go through here')
  expect(served.log.map((line) => JSON.parse(line))).toContainEqual(
    expect.objectContaining({ level: 'warn', event: 'plain HTTP on the network' }),
  )
})
