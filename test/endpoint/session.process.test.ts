import { afterAll, beforeAll, expect, test } from 'vitest'
import { openStore } from '../../src/endpoint/store/open.ts'
import { createToken, revokeToken } from '../../src/endpoint/tokens.ts'
import type { Answer } from './support/client.ts'
import { type Folder, type TestEndpoint, temporaryFolder, testEndpoint } from './support/endpoint.ts'
import { runLine, testLines } from './support/run.ts'

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

async function makeToken(scope: 'read' | 'admin' = 'read'): Promise<{ id: string; secret: string }> {
  const { database } = await openStore({ folder: folder.path })
  const wanted = { name: 'a reader', scope, project: 'orders', expiresAt: null }
  const { token, secret } = await createToken(database, 'test', wanted)
  await database.close()
  return { id: token.id, secret }
}

const json = { 'content-type': 'application/json' }

function signIn(token: string, headers: Record<string, string> = {}, at = endpoint): Promise<Answer> {
  const { admin } = at
  const own = { ...json, origin: admin.url, ...headers }
  return admin.with(undefined).send('POST', '/v1/session', JSON.stringify({ token }), own)
}

function cookieOf({ headers }: Answer): string {
  return headers.get('set-cookie')?.split(';')[0] ?? ''
}

function ask(
  cookie: string,
  path = '/v1/session',
  method = 'GET',
  headers: Record<string, string> = {},
): Promise<Answer> {
  return endpoint.admin.with(undefined).send(method, path, null, { cookie, ...headers })
}

test('a session is a cookie that no script reads, and may what its token may', async () => {
  await endpoint.admin.upload([testLines('ships')], runLine())
  const { id, secret } = await makeToken()
  const answer = await signIn(secret)
  expect(answer).toMatchObject({ status: 200, body: { token: { id, scope: 'read', project: 'orders' } } })
  const set = answer.headers.get('set-cookie')!
  const { port } = new URL(endpoint.admin.url)
  expect(set.replace(/kts_[\w-]{43}/, 'SECRET').replace(/Expires=[^;]+/, 'Expires=THEN')).toBe(
    `kafka-testkit-${port}=SECRET; Path=/; Expires=THEN; HttpOnly; SameSite=Strict`,
  )
  const cookie = cookieOf(answer)
  expect((await ask(cookie, '/v1/projects/orders/runs')).body.runs).toHaveLength(1)
  expect((await ask(cookie, '/v1/projects/other/runs')).status).toBe(403)
  expect((await ask(cookie, '/v1/audit')).status).toBe(403)
})

test('signing in again, signing out and the end of the token end it', async () => {
  const { id, secret } = await makeToken()
  const first = cookieOf(await signIn(secret))
  const second = cookieOf(await signIn(secret, { cookie: first }))
  expect(second).not.toBe(first)
  expect((await ask(first)).status).toBe(401)
  expect((await ask(second)).status).toBe(200)
  const out = await ask(second, '/v1/session', 'DELETE', { origin: endpoint.admin.url })
  expect(out.status).toBe(204)
  expect(out.headers.get('set-cookie')).toContain('Max-Age=0')
  expect((await ask(second)).status).toBe(401)
  const third = cookieOf(await signIn(secret))
  const { database } = await openStore({ folder: folder.path })
  await revokeToken(database, 'test', id)
  await database.close()
  expect((await ask(third)).status).toBe(401)
})

test('pages of other sites, ports included, can neither begin a session nor use one', async () => {
  const { secret } = await makeToken('admin')
  const cookie = cookieOf(await signIn(secret))
  const { admin } = endpoint
  const other = admin.url.replace(/:\d+$/, ':1')
  const foreign: Record<string, string>[] = [
    { origin: 'https://elsewhere.example' },
    { origin: other },
    { origin: 'null' },
    { origin: admin.url, 'sec-fetch-site': 'same-site' },
    { origin: admin.url, 'sec-fetch-site': 'cross-site' },
  ]
  for (const headers of foreign) {
    expect(await signIn(secret, headers)).toMatchObject({ status: 403, body: { title: 'another origin' } })
    expect(await ask(cookie, '/v1/projects/orders', 'DELETE', headers)).toMatchObject({ status: 403 })
    expect(await ask(cookie, '/v1/projects', 'GET', headers)).toMatchObject({ status: 403 })
  }
  expect((await ask(cookie, '/v1/projects/orders', 'DELETE')).body).toMatchObject({ title: 'origin not known' })
  expect((await ask(cookie, '/v1/projects', 'GET', { 'sec-fetch-site': 'none' })).status).toBe(200)
  expect((await ask(cookie, '/v1/projects', 'GET', { 'sec-fetch-site': 'same-origin' })).status).toBe(200)
})

test('behind a proxy with TLS the cookie is for TLS only, and its address is the origin', async () => {
  using own = temporaryFolder()
  await using proxied = await testEndpoint({ folder: own.path, publicUrl: 'https://kafka.example' })
  const token = proxied.admin.token!
  const answer = await signIn(token, { origin: 'https://kafka.example' }, proxied)
  expect(answer.headers.get('set-cookie')).toMatch(
    /^__Host-kafka-testkit=kts_.*; Path=\/; .*HttpOnly; Secure; SameSite=Strict/,
  )
  expect((await signIn(token, {}, proxied)).status).toBe(403)
  const { host } = new URL(endpoint.admin.url)
  const hint = await signIn(token, { origin: `https://${host}` })
  expect(hint.body.detail).toContain('behind a proxy with TLS say --public-url')
})

test('the page runs its own script only, and a browser keeps what it loads for it', async () => {
  const nobody = endpoint.admin.with(undefined)
  const { body, headers } = await nobody.get('/')
  expect(headers.get('content-security-policy')).toBe(
    "default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self'; img-src 'self' data:; base-uri 'none'; form-action 'none'; frame-ancestors 'none'",
  )
  expect(headers.get('cache-control')).toBe('no-cache')
  expect(body).not.toMatch(/<script>|<style|onload|style=/)
  const assets = [...(body as string).matchAll(/"(\/assets\/\w+\.(?:js|css))"/g)].map(([, path]) => path!)
  expect(assets).toHaveLength(2)
  for (const path of assets) {
    const asset = await nobody.get(path)
    expect(asset.status).toBe(200)
    expect(asset.headers.get('cache-control')).toBe('public, max-age=31536000, immutable')
    expect(asset.headers.get('x-content-type-options')).toBe('nosniff')
  }
  expect(await nobody.get('/assets/other.js')).toMatchObject({ status: 404, body: { title: 'no such file' } })
})
