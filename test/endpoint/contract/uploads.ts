import { gzipSync, zstdCompressSync } from 'node:zlib'
import { describe, expect, test } from 'vitest'
import type { Line } from '../../../src/run/model.ts'
import { digest, endLine, ndjson, runLine, testLines } from '../support/run.ts'
import type { Subject } from './contract.ts'

export function describeUploads(subject: Subject): void {
  describe('an upload', () => {
    test('arrives in chunks of any order, each answered by whether it is new', async () => {
      const { admin } = subject
      const run = runLine()
      const first = testLines('one')
      const second = testLines('two')
      const chunks = [ndjson(first), ndjson([...second, endLine([...first, ...second])])]

      const { id } = run
      expect(await admin.begin(run)).toMatchObject({ status: 201, body: { id, state: 'running', digest: null } })
      expect(await admin.begin(run)).toMatchObject({ status: 200, body: { id, state: 'running', digest: null } })
      const sent = digest(zstdCompressSync(chunks[1]!))
      expect(await admin.chunk(run.id, 1, chunks[1]!)).toMatchObject({
        status: 201,
        body: { id, state: 'running', digest: sent },
      })
      const early = await admin.complete(run.id, chunks)
      expect(early).toMatchObject({ status: 409, body: { title: 'chunks missing', status: 409, missing: [0] } })
      expect(early.headers.get('content-type')).toBe('application/problem+json')
      expect((await admin.chunk(run.id, 0, chunks[0]!)).status).toBe(201)
      expect((await admin.chunk(run.id, 0, chunks[0]!)).status).toBe(200)
      const { body } = await admin.get(`/v1/runs/${run.id}/chunks`)
      const digests = chunks.map((raw, seq) => ({ seq, digest: digest(zstdCompressSync(raw)) }))
      expect(body).toEqual({ id, complete: false, chunks: digests })
      const taken = { id, state: 'complete', digest: digest(...chunks) }
      expect(await admin.complete(run.id, chunks)).toMatchObject({ status: 200, body: taken })
      expect(await admin.complete(run.id, chunks)).toMatchObject({ status: 200, body: taken })
      expect(await admin.begin(run)).toMatchObject({ status: 200, body: taken })
      expect((await admin.get(`/v1/runs/${run.id}/chunks`)).body.complete).toBe(true)

      // What is complete stays as it is: the same again is fine, anything else is not.
      expect((await admin.chunk(run.id, 0, chunks[0]!)).status).toBe(200)
      expect(await admin.chunk(run.id, 2, ndjson([]))).toMatchObject({
        status: 409,
        body: { title: 'run is complete' },
      })
      expect(await admin.complete(run.id, [chunks[0]!])).toMatchObject({ status: 409 })
    })

    test('gzip and plain bodies are as good as zstd, others are refused', async () => {
      const { admin } = subject
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

    test('what is not what it says is refused, and leaves nothing', async () => {
      const { admin } = subject
      const run = runLine()
      const raw = ndjson(testLines('one'))
      expect((await admin.chunk(run.id, 0, raw)).status).toBe(404)
      await admin.begin(run)
      const other = await admin.begin({ ...run, branch: 'other' })
      expect(other).toMatchObject({ status: 409, body: { title: 'another run' } })
      const wrong = await admin.chunk(run.id, 0, raw, { 'content-digest': digest(raw) })
      expect(wrong).toMatchObject({ status: 400, body: { title: 'digest differs' } })
      const unreadable = await admin.chunk(run.id, 0, raw, { 'content-encoding': 'gzip' })
      expect(unreadable).toMatchObject({ status: 400, body: { title: 'body not readable' } })
      expect((await admin.get(`/v1/runs/${run.id}/chunks`)).body.chunks).toEqual([])

      await admin.chunk(run.id, 0, raw)
      const second = await admin.chunk(run.id, 0, ndjson(testLines('two')))
      expect(second).toMatchObject({ status: 409, body: { title: 'another chunk' } })
      expect((await admin.put(`/v1/runs/${run.id}`, { project: 'orders', run: { ...run, id: '1' } })).status).toBe(422)
      expect((await admin.get('/v1/runs/not-a-uuid/chunks')).status).toBe(400)
    })

    test('a chunk of more than 8 MiB is refused, also one that only unpacks to more', async () => {
      const { admin } = subject
      const run = runLine()
      await admin.begin(run)
      const large = Buffer.alloc(9 * 1024 * 1024, '\n')
      const plain = await admin.chunk(run.id, 0, large, { 'content-encoding': 'identity' })
      expect(plain).toMatchObject({ status: 413, body: { title: 'chunk too large' } })
      for (const [encoding, bomb] of [
        ['gzip', gzipSync(large)],
        ['zstd', large],
      ] as const) {
        const answer = await admin.chunk(run.id, 0, bomb, { 'content-encoding': encoding })
        expect(answer).toMatchObject({ status: 413, body: { title: 'chunk too large' } })
      }
    })

    test.each<[string, (lines: Line[]) => unknown[], string]>([
      [
        'a field that the model has not',
        ([one]) => [{ ...one, secret: 'x' }],
        'line 1, the whole line: the model has no "secret"; is the endpoint older than what uploads?',
      ],
      ['a field of another type', ([one, two]) => [one, { ...two, at: '1' }], 'line 2, field at: number is wanted'],
      [
        'a status that is none',
        ([one]) => [{ ...one, status: 'fine' }],
        'line 1, field status: one of passed, failed, skipped, timed out, crashed is wanted',
      ],
      [
        'a type that is none',
        ([one]) => [{ ...one, type: 'secret' }],
        'line 1, field type: the model has no such type',
      ],
      ['a run line', () => [runLine()], 'line 1 is a run line: it is sent once, with PUT /v1/runs/{id}'],
      ['something after the end', (lines) => [endLine(lines), ...lines], 'line 2 comes after the end line'],
      ['the same test twice', ([one]) => [one, one], 'a test of this chunk has the id of another test of the run'],
    ])('%s is refused, by line and field', async (_, change, detail) => {
      const { admin } = subject
      const run = runLine()
      await admin.begin(run)
      const answer = await admin.chunk(run.id, 0, ndjson(change(testLines('one')) as Line[]))
      expect(answer).toMatchObject({ status: 422, body: { title: 'not the model', detail } })
      expect((await admin.get(`/v1/runs/${run.id}/chunks`)).body.chunks).toEqual([])
    })

    test('what is no JSON, and no UTF-8, is refused', async () => {
      const { admin } = subject
      const run = runLine()
      await admin.begin(run)
      expect((await admin.chunk(run.id, 0, Buffer.from('\n{"type":'))).body.detail).toBe('line 2 is no JSON')
      expect((await admin.chunk(run.id, 0, Buffer.from([0xff, 10]))).body.detail).toBe('the chunk is not UTF-8')
    })

    test('a run without its end, or with another digest, is not complete', async () => {
      const { admin } = subject
      const run = runLine()
      await admin.begin(run)
      const lines = testLines('one')
      await admin.chunk(run.id, 0, ndjson(lines))
      expect(await admin.complete(run.id, [ndjson(lines)])).toMatchObject({
        status: 422,
        body: { title: 'not the model' },
      })
      const last = ndjson([endLine(lines)])
      await admin.chunk(run.id, 1, last)
      const differs = await admin.complete(run.id, [last, ndjson(lines)])
      expect(differs).toMatchObject({ status: 422, body: { title: 'digest differs' } })
      expect(await admin.complete(run.id, [ndjson(lines)])).toMatchObject({
        status: 409,
        body: { title: 'chunks left over' },
      })
      expect((await admin.get(`/v1/runs/${run.id}`)).body.state).toBe('running')
    })

    test('two uploads of one run at once leave it there once and whole', async () => {
      const { admin } = subject
      const project = subject.project()
      const run = runLine()
      const tests = Array.from({ length: 8 }, (_, index) => testLines(`test ${index}`))
      const answers = await Promise.all([admin.begin(run, project), admin.begin(run, project)])
      expect(answers.map(({ status }) => status).sort()).toEqual([200, 201])
      const chunks = tests.map((lines, index) => ndjson(index < 7 ? lines : [...lines, endLine(tests.flat())]))
      const stored = await Promise.all([...chunks, ...chunks].map((raw, index) => admin.chunk(run.id, index % 8, raw)))
      expect(stored.map(({ status }) => status).sort()).toEqual([...Array(8).fill(200), ...Array(8).fill(201)])
      const ends = await Promise.all([admin.complete(run.id, chunks), admin.complete(run.id, chunks)])
      expect(ends.map(({ status }) => status)).toEqual([200, 200])

      const { body } = await admin.get(`/v1/projects/${encodeURIComponent(project)}/insights/days`)
      expect(body.days).toMatchObject([{ runs: 1, tests: 8, passed: 8 }])
    })

    test('many runs of the same tests at once, in different orders', async () => {
      const { admin } = subject
      const project = subject.project()
      const names = Array.from({ length: 200 }, (_, index) => `test ${index}`)
      await Promise.all(
        Array.from({ length: 12 }, (_, index) => {
          const tests = names.map((name) => testLines(name))
          return admin.upload([index % 2 === 0 ? tests.flat() : tests.toReversed().flat()], runLine(), project)
        }),
      )
      const { body } = await admin.get(`/v1/projects/${encodeURIComponent(project)}/insights/days`)
      expect(body.days).toMatchObject([{ runs: 12, tests: 2400 }])
      const { tests } = (await admin.get(`/v1/projects/${encodeURIComponent(project)}/insights/tests?limit=500`)).body
      expect(tests).toHaveLength(200)
      expect(new Set(tests.map(({ count }: { count: number }) => count))).toEqual(new Set([12]))
    })

    test('of two different chunks at once one is stored', async () => {
      const { admin } = subject
      const run = runLine()
      await admin.begin(run)
      const [one, two] = await Promise.all([
        admin.chunk(run.id, 0, ndjson(testLines('one'))),
        admin.chunk(run.id, 0, ndjson(testLines('two'))),
      ])
      expect([one!.status, two!.status].sort()).toEqual([201, 409])
    })

    test('record data is refused whole where the project demands redaction', async () => {
      const { admin } = subject
      const project = subject.project()
      const path = `/v1/projects/${encodeURIComponent(project)}`
      await admin.put(path, { redact: ['records', 'checks'] })
      const run = runLine()
      await admin.begin(run, project)
      const lines = testLines('one')
      const refused = await admin.chunk(run.id, 0, ndjson(lines))
      expect(refused).toMatchObject({ status: 422, body: { title: 'redaction required' } })
      expect(refused.body.detail).toContain('record data and check data is redacted; line 4 carries some in key.')
      expect((await admin.get(`/v1/runs/${run.id}/chunks`)).body.chunks).toEqual([])

      const redact = (line: Line): Line => {
        const hidden = { encoding: 'redacted', bytes: 3, truncated: false, data: '<redacted>' } as const
        if (line.type !== 'record') return line
        return { ...line, key: hidden, value: hidden, headers: [{ name: 'source', value: hidden }] }
      }
      expect((await admin.chunk(run.id, 0, ndjson(lines.map(redact)))).status).toBe(201)
      // What only says that it is redacted is data too.
      const smuggled = testLines('two').map((line): Line => {
        const kept = redact(line)
        return kept.type === 'record' ? { ...kept, value: { ...kept.value!, data: 'lamp' } } : kept
      })
      expect((await admin.chunk(run.id, 1, ndjson(smuggled))).body.detail).toContain('line 4 carries some in value.')
      const failed = testLines('three', { status: 'failed' }).map(redact)
      expect((await admin.chunk(run.id, 1, ndjson(failed))).body.detail).toContain('line 5 carries some in expected.')
      const { body } = await admin.get(`${path}/audit`)
      expect(body.entries.filter(({ action }: { action: string }) => action === 'upload refused')).toHaveLength(3)
    })
  })
}
