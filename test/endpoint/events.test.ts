import { afterEach, beforeEach, expect, test } from 'vitest'
import { openStore } from '../../src/endpoint/store/open.ts'
import { createToken, revokeToken } from '../../src/endpoint/tokens.ts'
import type { Client } from './support/client.ts'
import { type Folder, type TestEndpoint, temporaryFolder, testEndpoint } from './support/endpoint.ts'
import { endLine, ndjson, runLine, testLines } from './support/run.ts'

let folder: Folder
let endpoint: TestEndpoint
const restart = async (): Promise<void> => {
  endpoint = await testEndpoint({ folder: folder.path, heartbeat: 100 })
}
beforeEach(async () => {
  folder = temporaryFolder()
  await restart()
})
afterEach(async () => {
  await endpoint[Symbol.asyncDispose]()
  folder[Symbol.dispose]()
})

interface Heard {
  id?: string
  event: string
  data: string
}

/** A client of server-sent events; the test's time is its deadline. */
async function listen(client: Client, path: string, headers: Record<string, string> = {}) {
  const calledOff = new AbortController()
  const response = await fetch(`${client.url}${path}`, {
    headers: { authorization: `Bearer ${client.token}`, ...headers },
    signal: calledOff.signal,
  })
  const reader = response.body!.pipeThrough(new TextDecoderStream()).getReader()
  let text = ''
  return {
    status: response.status,
    type: response.headers.get('content-type'),
    /** The next event; undefined at the end. */
    async next(): Promise<Heard | undefined> {
      for (;;) {
        const at = text.indexOf('\n\n')
        if (at === -1) {
          const { value, done } = await reader.read()
          if (done) return undefined
          text += value
          continue
        }
        const lines = text.slice(0, at).split('\n')
        text = text.slice(at + 2)
        const heard: Heard = { event: '', data: '' }
        const data: string[] = []
        for (const line of lines) {
          const [, field, value] = /^(\w+): (.*)$/s.exec(line) ?? []
          if (field === 'data') data.push(value!)
          if (field === 'id') heard.id = value!
          if (field === 'event') heard.event = value!
        }
        if (heard.event !== '') return { ...heard, data: data.join('\n') }
      }
    },
    leave: () => calledOff.abort(),
  }
}

const typesOf = (heard: Heard | undefined): string[] =>
  (heard?.data ?? '').split('\n').map((line) => (JSON.parse(line) as { type: string }).type)

test('a run is told as it arrives, chunk by chunk in any order, to its end', async () => {
  const { admin } = endpoint
  const run = runLine()
  const parts = [testLines('a'), testLines('b'), [endLine([...testLines('a'), ...testLines('b')])]].map(ndjson)
  await admin.begin(run)
  const stream = await listen(admin, `/v1/runs/${run.id}/events`)
  expect(stream).toMatchObject({ status: 200, type: 'text/event-stream; charset=utf-8' })
  expect(await stream.next()).toMatchObject({ event: 'run', data: expect.stringContaining('"state":"running"') })
  await admin.chunk(run.id, 1, parts[1]!)
  const first = await stream.next()
  expect(first).toMatchObject({ event: 'lines', id: '1' })
  expect(typesOf(first)).toEqual(['test', 'task', 'event', 'record', 'check'])
  await admin.chunk(run.id, 0, parts[0]!)
  expect(await stream.next()).toMatchObject({ event: 'lines', id: '0-1' })
  await admin.chunk(run.id, 2, parts[2]!)
  expect(typesOf(await stream.next())).toEqual(['end'])
  await admin.complete(run.id, parts)
  expect(await stream.next()).toMatchObject({ event: 'run', data: expect.stringContaining('"state":"complete"') })
  expect(await stream.next()).toBeUndefined()
})

test('who comes back gets what it has not had, from an endpoint that was started again too', async () => {
  const { admin } = endpoint
  const run = runLine()
  const parts = [testLines('a'), testLines('b'), testLines('c')].map(ndjson)
  await admin.begin(run)
  for (const [seq, part] of parts.entries()) if (seq !== 1) await admin.chunk(run.id, seq, part)
  const stream = await listen(admin, `/v1/runs/${run.id}/events`)
  await stream.next()
  expect(await stream.next()).toMatchObject({ id: '0,2' })
  await endpoint[Symbol.asyncDispose]()
  await restart()
  await endpoint.admin.chunk(run.id, 1, parts[1]!)
  const again = await listen(endpoint.admin, `/v1/runs/${run.id}/events?after=0`, { 'last-event-id': '0,2' })
  expect(await again.next()).toMatchObject({ event: 'lines', id: '0-2' })
  const rest = await listen(endpoint.admin, `/v1/runs/${run.id}/events?after=0-2`)
  expect(await rest.next()).toMatchObject({ event: 'run' })
  for (const one of [again, rest]) one.leave()
})

test('a stop of the endpoint ends every stream at once', async () => {
  const run = runLine()
  await endpoint.admin.begin(run)
  const streams = await Promise.all(
    Array.from({ length: 8 }, () => listen(endpoint.admin, `/v1/runs/${run.id}/events`)),
  )
  for (const stream of streams) await stream.next()
  await endpoint[Symbol.asyncDispose]()
  expect(await Promise.all(streams.map((stream) => stream.next()))).toEqual(Array(8).fill(undefined))
  expect(endpoint.log.filter((line) => line.includes('"error"'))).toEqual([])
  await restart()
})

test('a token that ends, and a run that is deleted, end the stream', async () => {
  const run = await endpoint.admin.upload([testLines('a')], runLine(), 'orders')
  const going = runLine()
  await endpoint.admin.begin(going)
  const { database } = await openStore({ folder: folder.path })
  const wanted = { name: 'reader', scope: 'read', project: 'orders', expiresAt: null } as const
  const { token, secret } = await createToken(database, 'test', wanted)
  const reader = endpoint.admin.with(secret)
  const stream = await listen(reader, `/v1/runs/${going.id}/events`)
  await stream.next()
  await revokeToken(database, 'test', token.id)
  await database.close()
  expect(await stream.next()).toBeUndefined()
  expect((await listen(reader, `/v1/runs/${run.id}/events`)).status).toBe(401)
  const other = await listen(endpoint.admin, `/v1/runs/${going.id}/events`)
  await other.next()
  await endpoint.admin.delete(`/v1/runs/${going.id}`)
  expect(await other.next()).toMatchObject({ event: 'gone' })
  expect(await other.next()).toBeUndefined()
})

test('only so many streams are open, and who leaves makes room', async () => {
  const run = runLine()
  await endpoint.admin.begin(run)
  const path = `/v1/runs/${run.id}/events`
  const streams = await Promise.all(Array.from({ length: 50 }, () => listen(endpoint.admin, path)))
  expect(await endpoint.admin.get(path)).toMatchObject({ status: 503, body: { title: 'too many streams' } })
  for (const stream of streams) stream.leave()
  await expect
    .poll(async () => {
      const stream = await listen(endpoint.admin, path)
      stream.leave()
      return stream.status
    })
    .toBe(200)
})

test('changes of the runs of a project are told', async () => {
  const { admin } = endpoint
  await admin.upload([testLines('a')])
  const stream = await listen(admin, '/v1/projects/orders/events')
  expect(await stream.next()).toMatchObject({ event: 'runs' })
  await admin.upload([testLines('b')])
  expect(await stream.next()).toMatchObject({ event: 'runs' })
  stream.leave()
})
