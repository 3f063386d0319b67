import { createRoute, z } from '@hono/zod-openapi'
import type { MiddlewareHandler } from 'hono'
import { lineSchema, runLineSchema } from '../../run/schema.ts'
import { allow } from '../access.ts'
import type { App, Endpoint } from '../app.ts'
import { encodingOf } from '../body.ts'
import { Problem } from '../problem.ts'
import { digest, json, problems, projectName, runId } from './shared.ts'

const run = z.object({ id: runId })
const done = z
  .object({
    id: z.string(),
    state: z.enum(['running', 'complete']),
    digest: z.string().nullable().openapi({ description: 'Of the chunk, or of a run that is complete' }),
  })
  .openapi('Taken')
/** Chunks that are read at once. */
const MOST_AT_ONCE = 16
const tags = ['upload']

const begin = createRoute({
  method: 'put',
  path: '/v1/runs/{id}',
  tags,
  summary: 'Begin a run; the same again changes nothing',
  request: {
    params: run,
    body: {
      required: true,
      content: { 'application/json': { schema: z.strictObject({ project: projectName, run: runLineSchema }) } },
    },
  },
  responses: { 201: json('It began', done), 200: json('It had begun', done), ...problems },
})

const put = createRoute({
  method: 'put',
  path: '/v1/runs/{id}/chunks/{seq}',
  tags,
  summary: 'Store a chunk of lines',
  request: {
    params: run.extend({ seq: z.coerce.number().int().min(0).max(99_999) }),
    headers: z
      .object({
        'content-digest': z.string().openapi({ description: 'sha-256=:BASE64: over the bytes as sent' }),
        'content-encoding': z.string().optional().openapi({ description: 'zstd, gzip or identity' }),
      })
      .partial(),
    body: { required: true, content: { 'application/x-ndjson': { schema: lineSchema } } },
  },
  responses: { 201: json('It is stored', done), 200: json('It was stored before', done), ...problems },
})

const complete = createRoute({
  method: 'put',
  path: '/v1/runs/{id}/complete',
  tags,
  summary: 'End a run: from now on it counts',
  request: {
    params: run,
    body: {
      required: true,
      content: {
        'application/json': { schema: z.strictObject({ chunks: z.number().int().min(1).max(100_000), digest }) },
      },
    },
  },
  responses: { 200: json('It is complete', done), ...problems },
})

const list = createRoute({
  method: 'get',
  path: '/v1/runs/{id}/chunks',
  tags,
  summary: 'Which chunks arrived',
  request: { params: run },
  responses: {
    200: json(
      'The chunks by number',
      z.object({
        id: z.string(),
        complete: z.boolean(),
        chunks: z.array(z.object({ seq: z.number(), digest: z.string() })),
      }),
    ),
    ...problems,
  },
})

/** The four routes of an upload. */
export function addUploadRoutes(app: App, { uploads, metrics, arrivals }: Endpoint): void {
  app.openapi(begin, async (context) => {
    const { id } = context.req.valid('param')
    const { project, run: line } = context.req.valid('json')
    const token = allow(context, 'write', project)
    if (line.id !== id) throw new Problem(422, 'ids differ', `the run line has id ${line.id}, the URL ${id}`)
    const { isNew, ...taken } = await uploads.begin(project, line, token.id)
    if (isNew) arrivals.tell(id, project)
    return context.json({ id, ...taken }, isNew ? 201 : 200)
  })

  app.use(put.getRoutingPath(), fewAtOnce())
  app.openapi(put, async (context) => {
    const { id, seq } = context.req.valid('param')
    const project = await uploads.projectOf(id)
    const token = allow(context, 'write', project)
    const encoding = encodingOf(context.req.header('content-encoding'))
    const contentDigest = context.req.header('content-digest')
    const bytes = new Uint8Array(await context.req.arrayBuffer())
    const { isNew, ...taken } = await uploads.put({ run: id, seq, bytes, encoding, contentDigest }, token.id)
    if (isNew) {
      metrics.count('chunks_stored')
      arrivals.tell(id, project)
    }
    metrics.count('chunk_bytes_received', bytes.byteLength)
    return context.json({ id, ...taken }, isNew ? 201 : 200)
  })

  app.openapi(complete, async (context) => {
    const { id } = context.req.valid('param')
    const project = await uploads.projectOf(id)
    allow(context, 'write', project)
    const { chunks, digest: whole } = context.req.valid('json')
    const { isNew, ...taken } = await uploads.complete(id, chunks, whole)
    if (isNew) {
      metrics.count('runs_completed')
      arrivals.tell(id, project)
    }
    return context.json({ id, ...taken }, 200)
  })

  app.openapi(list, async (context) => {
    const { id } = context.req.valid('param')
    allow(context, 'write', await uploads.projectOf(id))
    return context.json({ id, ...(await uploads.chunks(id)) }, 200)
  })
}

/** Bodies are held in memory while they are read: so many, and the rest is asked to come again. */
function fewAtOnce(): MiddlewareHandler {
  let now = 0
  return async (_, next) => {
    if (now >= MOST_AT_ONCE) {
      const again = { headers: { 'retry-after': '1' } }
      throw new Problem(503, 'too many uploads at once', `${MOST_AT_ONCE} chunks are being read`, again)
    }
    now += 1
    try {
      await next()
    } finally {
      now -= 1
    }
  }
}
