import { once } from 'node:events'
import { request as httpRequest, type IncomingMessage } from 'node:http'
import { connect } from 'node:net'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { type Folder, type TestEndpoint, temporaryFolder, testEndpoint } from './support/endpoint.ts'
import { ndjson, runLine, testLines } from './support/run.ts'

let folder: Folder
let endpoint: TestEndpoint
beforeAll(async () => {
  folder = temporaryFolder()
  endpoint = await testEndpoint({ folder: folder.path })
})
afterAll(async () => {
  await endpoint[Symbol.asyncDispose]()
  folder[Symbol.dispose]()
})

test('answers may not run, be framed, sniffed or kept', async () => {
  const { headers } = await endpoint.admin.get('/v1/projects')
  expect(Object.fromEntries(headers)).toMatchObject({
    'content-security-policy': "default-src 'none'; frame-ancestors 'none'",
    'x-content-type-options': 'nosniff',
    'x-frame-options': 'DENY',
    'referrer-policy': 'no-referrer',
    'cache-control': 'no-store',
  })
})

test('a page of another site can do nothing: a token is no cookie, no origin is let in', async () => {
  const { admin } = endpoint
  const origin = { origin: 'https://elsewhere.example' }
  const preflight = await admin.with(undefined).send('OPTIONS', '/v1/projects', undefined, {
    ...origin,
    'access-control-request-method': 'DELETE',
    'access-control-request-headers': 'authorization',
  })
  expect(preflight.status).toBe(401)
  const answer = await admin.send('GET', '/v1/projects', undefined, origin)
  for (const { headers } of [preflight, answer]) {
    expect([...headers.keys()].filter((name) => /^access-control|^set-cookie/.test(name))).toEqual([])
  }
  expect(
    (await admin.with(undefined).send('GET', '/v1/projects', undefined, { cookie: `token=${admin.token}` })).status,
  ).toBe(401)
})

test('health, readiness and metrics are there without a token, and hold no name', async () => {
  const nobody = endpoint.admin.with(undefined)
  await endpoint.admin.upload([testLines('canary-test')], runLine(), 'canary-project')
  await nobody.get('/nowhere/canary')
  expect(await nobody.get('/health')).toMatchObject({ status: 200, body: { status: 'ok' } })
  expect(await nobody.get('/ready')).toMatchObject({ status: 200, body: { status: 'ready' } })
  const { body, headers } = await nobody.get('/metrics')
  expect(headers.get('content-type')).toBe('text/plain; version=0.0.4; charset=utf-8')
  expect(body).toMatch(/^kafka_testkit_requests_total\{method="PUT",route="\/v1\/runs\/:id",status="201"\} \d+$/m)
  expect(body).toMatch(
    /^kafka_testkit_request_duration_seconds_bucket\{method="PUT",route="\/v1\/runs\/:id",le="\+Inf"\} \d+$/m,
  )
  expect(body).toMatch(/^kafka_testkit_chunks_stored_total \d+$/m)
  expect(body).toMatch(/^kafka_testkit_runs_completed_total \d+$/m)
  expect(body).toMatch(/^process_resident_memory_bytes \d+$/m)
  expect(body).not.toContain('canary')
  // Every line is a comment or a sample, as Prometheus reads them.
  const sample = /^[a-z_]+(\{([a-z]+="[^"]*",?)+\})? [\d.e+-]+$/
  expect(
    body.split('\n').filter((line: string) => line !== '' && !line.startsWith('# TYPE ') && !sample.test(line)),
  ).toEqual([])
})

test('its API is described by the schemas that check it', async () => {
  const { body } = await endpoint.admin.with(undefined).get('/openapi.json')
  expect(body).toMatchObject({ openapi: '3.1.0', security: [{ token: [] }] })
  const routes = Object.entries(body.paths as Record<string, object>).flatMap(([path, methods]) =>
    Object.keys(methods).map((method) => `${method.toUpperCase()} ${path}`),
  )
  expect(routes.sort()).toMatchSnapshot()
  const run = body.paths['/v1/runs/{id}'].put.requestBody.content['application/json'].schema
  expect(run.properties.run.properties).toHaveProperty('commit')
  expect(body.components.schemas.Line.oneOf ?? body.components.schemas.Line.anyOf).toHaveLength(9)
})

test('what is wrong with a request is said in one form', async () => {
  const { admin } = endpoint
  for (const [answer, status] of [
    [await admin.get('/nowhere'), 404],
    [await admin.get('/v1/nowhere'), 404],
    [await admin.send('PUT', '/v1/projects/orders', '{', { 'content-type': 'application/json' }), 400],
    [await admin.put('/v1/projects/orders', { colour: 'red' }), 422],
    [await admin.put('/v1/projects/..%2F..', {}), 400],
    [await admin.put('/v1/projects/orders', { redact: Array(100_000).fill('records') }), 413],
    [await admin.get('/v1/projects/orders/runs?limit=100000'), 400],
    [await admin.get('/v1/projects/orders/insights/days?from=yesterday'), 400],
  ] as const) {
    expect(answer.status).toBe(status)
    expect(answer.headers.get('content-type')).toBe('application/problem+json')
    expect(answer.body).toEqual({ title: expect.any(String), status, detail: expect.any(String) })
  }
})

test('a body whose length is not said is refused, and who sends one hears it', async () => {
  const run = runLine()
  await endpoint.admin.begin(run)
  const { promise, resolve, reject } = Promise.withResolvers<IncomingMessage>()
  const request = httpRequest(`${endpoint.admin.url}/v1/runs/${run.id}/chunks/0`, {
    method: 'PUT',
    headers: { authorization: `Bearer ${endpoint.admin.token}`, 'transfer-encoding': 'chunked' },
  })
  request.on('response', resolve).on('error', reject)
  for (let part = 0; part < 100; part += 1) request.write(Buffer.alloc(64 * 1024))
  request.end()
  const { statusCode } = await promise
  expect(statusCode).toBe(411)
})

test('who sends a large body without a right to hears why', async () => {
  const raw = Buffer.alloc(8 * 1024 * 1024, '\n')
  const statuses = []
  for (let time = 0; time < 10; time += 1) {
    const { status } = await endpoint.admin
      .with('ktk_wrong')
      .chunk(runLine().id, 0, raw, { 'content-encoding': 'identity' })
    statuses.push(status)
  }
  expect(new Set(statuses)).toEqual(new Set([401]))
})

test('an upload that breaks off in its body stores nothing, and harms no other', async () => {
  const { admin } = endpoint
  const run = runLine()
  await admin.begin(run)
  const { hostname, port } = new URL(admin.url)
  const socket = connect(Number(port), hostname)
  await once(socket, 'connect')
  const head = [
    `PUT /v1/runs/${run.id}/chunks/0 HTTP/1.1`,
    'host: endpoint',
    `authorization: Bearer ${admin.token}`,
    'content-digest: sha-256=:AAAA:',
    'content-length: 1000',
  ]
  socket.write(`${head.join('\r\n')}\r\n\r\n{"type":`)
  socket.resetAndDestroy()
  const raw = ndjson(testLines('ships'))
  expect((await admin.get(`/v1/runs/${run.id}/chunks`)).body.chunks).toEqual([])
  expect((await admin.chunk(run.id, 0, raw)).status).toBe(201)
  expect(endpoint.log.filter((line) => line.includes('"error"'))).toEqual([])
})

test('a token that asks too often is told when to come again, another one is answered', async () => {
  using own = temporaryFolder()
  await using limited = await testEndpoint({ folder: own.path, rateLimit: 5 })
  const statuses = []
  for (let request = 0; request < 5; request += 1) statuses.push((await limited.admin.get('/v1/projects')).status)
  expect(statuses).toEqual([200, 200, 200, 200, 200])
  const answer = await limited.admin.get('/v1/projects')
  expect(answer).toMatchObject({ status: 429, body: { title: 'too many requests' } })
  expect(Number(answer.headers.get('retry-after'))).toBeGreaterThanOrEqual(1)
  // Who has no token is counted by address, and is not in the way of those who have one.
  const nobody = limited.admin.with('ktk_guessed')
  const guesses = []
  for (let request = 0; request < 6; request += 1) guesses.push((await nobody.get('/v1/projects')).status)
  expect(guesses).toEqual([401, 401, 401, 401, 401, 429])
  expect((await nobody.get('/health')).status).toBe(200)
})
