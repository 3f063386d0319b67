import { gzipSync } from 'node:zlib'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { type TestEndpoint, testEndpoint } from './support/endpoint.ts'
import { digest, endLine, ndjson, runLine, testLines } from './support/run.ts'

let endpoint: TestEndpoint
beforeAll(async () => {
  endpoint = await testEndpoint()
})
afterAll(() => endpoint[Symbol.asyncDispose]())

test('a run arrives in chunks, each answered by whether it is new', async () => {
  const { admin } = endpoint
  const run = runLine()
  const first = testLines('one')
  const second = testLines('two')
  const chunks = [ndjson(first), ndjson([...second, endLine([...first, ...second])])]

  expect((await admin.begin(run)).status).toBe(201)
  expect((await admin.begin(run)).status).toBe(200)
  expect((await admin.chunk(run.id, 1, chunks[1]!)).status).toBe(201)
  const early = await admin.complete(run.id, chunks)
  expect(early).toMatchObject({ status: 409, body: { title: 'chunks missing', missing: [0] } })
  expect((await admin.chunk(run.id, 0, chunks[0]!)).status).toBe(201)
  expect((await admin.chunk(run.id, 0, chunks[0]!)).status).toBe(200)
  const { body } = await admin.get(`/v1/runs/${run.id}/chunks`)
  expect(body).toEqual({ complete: false, chunks: [0, 1].map((seq) => ({ seq, digest: expect.any(String) })) })
  expect((await admin.complete(run.id, chunks)).status).toBe(200)
  expect((await admin.complete(run.id, chunks)).status).toBe(200)
  expect((await admin.get(`/v1/runs/${run.id}/chunks`)).body.complete).toBe(true)
})

test('gzip and plain bodies are as good as zstd, others are refused', async () => {
  const { admin } = endpoint
  const run = runLine()
  await admin.begin(run)
  const raw = ndjson(testLines('plain'))
  expect((await admin.chunk(run.id, 0, raw, { 'content-encoding': 'identity' })).status).toBe(201)
  const zipped = gzipSync(ndjson(testLines('zipped')))
  expect((await admin.chunk(run.id, 1, zipped, { 'content-encoding': 'gzip' })).status).toBe(201)
  const brotli = await admin.chunk(run.id, 2, raw, { 'content-encoding': 'br' })
  expect(brotli).toMatchObject({ status: 415, body: { title: 'encoding not supported' } })
  expect(brotli.headers.get('accept-encoding')).toBe('zstd, gzip, identity')
})

test('what is not what it says is refused', async () => {
  const { admin } = endpoint
  const run = runLine()
  expect((await admin.chunk(run.id, 0, ndjson([]))).status).toBe(404)
  await admin.begin(run)
  expect(await admin.begin({ ...run, branch: 'other' })).toMatchObject({ status: 409, body: { title: 'another run' } })
  const raw = ndjson(testLines('one'))
  const wrong = await admin.chunk(run.id, 0, raw, { 'content-digest': digest(raw) })
  expect(wrong).toMatchObject({ status: 400, body: { title: 'digest differs' } })
  await admin.chunk(run.id, 0, raw)
  const other = await admin.chunk(run.id, 0, ndjson(testLines('two')))
  expect(other).toMatchObject({ status: 409, body: { title: 'another chunk' } })
})
