import { pipeline, Readable } from 'node:stream'
import { createGzip } from 'node:zlib'
import { createRoute, z } from '@hono/zod-openapi'
import { compareRuns } from '../../run/compare.ts'
import type { Line } from '../../run/model.ts'
import { allow } from '../access.ts'
import type { App, Endpoint } from '../app.ts'
import { chunksOf, linesOfRun } from '../chunks.ts'
import { printChunks, textOf } from '../run-text.ts'
import { findRun, listRuns, namesOfRuns, runStates } from '../runs.ts'
import { json, limit, problems, projectName, removed, run, runDetails, runId } from './shared.ts'

const tags = ['runs']
const ofProject = z.object({ project: projectName })
const one = z.object({ id: runId })

const list = createRoute({
  method: 'get',
  path: '/v1/projects/{project}/runs',
  tags,
  summary: 'The runs of a project, the newest first',
  request: {
    params: ofProject,
    query: z.object({
      branch: z.string().optional(),
      environment: z.string().optional(),
      state: z.enum(runStates).optional(),
      status: z.enum(['passed', 'failed']).optional(),
      since: z.coerce.number().optional().openapi({ description: 'began then or later, milliseconds since the epoch' }),
      search: z.string().max(200).optional().openapi({
        description: 'part of the branch or the environment, or how the id, the commit or the CI build begins',
      }),
      before: runId.optional().openapi({ description: 'the last run of the page before' }),
      limit: limit(50, 200),
    }),
  },
  responses: {
    200: json('The runs, and how many there are on all pages', z.object({ runs: z.array(run), total: z.number() })),
    ...problems,
  },
})

const names = createRoute({
  method: 'get',
  path: '/v1/projects/{project}/run-names',
  tags,
  summary: 'The branches and environments that the runs of a project have',
  request: { params: ofProject },
  responses: {
    200: json(
      'Those of the latest run first',
      z.object({ branches: z.array(z.string()), environments: z.array(z.string()) }),
    ),
    ...problems,
  },
})

const status = z.enum(['passed', 'failed', 'skipped', 'timed out', 'crashed', 'error'])
const side = z.object({ status, duration: z.number() }).nullable()
const compared = z.array(
  z.object({
    key: z.string(),
    project: z.string(),
    file: z.string().nullable(),
    name: z.string(),
    before: side,
    after: side,
  }),
)

const compare = createRoute({
  method: 'get',
  path: '/v1/runs/{id}/compare/{before}',
  tags,
  summary: 'What a run has that an earlier one had not, as `history compare --json` has it',
  request: { params: one.extend({ before: runId }) },
  responses: {
    200: json(
      'The tests that went otherwise',
      z.object({
        before: z.string(),
        after: z.string(),
        newFailures: compared,
        stillFailing: compared,
        mended: compared,
        flaky: compared,
        slower: compared,
        added: compared,
        removed: compared,
      }),
    ),
    ...problems,
  },
})

const get = createRoute({
  method: 'get',
  path: '/v1/runs/{id}',
  tags,
  summary: 'A run',
  request: { params: one },
  responses: { 200: json('The run', runDetails), ...problems },
})

const lines = createRoute({
  method: 'get',
  path: '/v1/runs/{id}/lines',
  tags,
  summary: 'All that is stored of a run behind its first line, as it was recorded',
  request: { params: one },
  responses: {
    200: { description: 'application/x-ndjson; of which chunks, says the header Kafka-Testkit-Chunks: 0-5,7' },
    ...problems,
  },
})

const remove = createRoute({
  method: 'delete',
  path: '/v1/runs/{id}',
  tags,
  summary: 'Delete a run, also from the daily figures',
  request: { params: one },
  responses: { 200: json('What was deleted', removed), ...problems },
})

const removeRecords = createRoute({
  method: 'delete',
  path: '/v1/runs/{id}/records',
  tags,
  summary: 'Delete the record data of a run',
  request: { params: one },
  responses: { 200: json('What was deleted', removed), ...problems },
})

export function addRunRoutes(app: App, { database, bodies, removal }: Endpoint): void {
  app.openapi(list, async (context) => {
    const { project } = context.req.valid('param')
    allow(context, 'read', project)
    return context.json(await listRuns(database, project, context.req.valid('query')), 200)
  })

  app.openapi(names, async (context) => {
    const { project } = context.req.valid('param')
    allow(context, 'read', project)
    return context.json({ ...(await namesOfRuns(database, project)) }, 200)
  })

  app.openapi(compare, async (context) => {
    const { id: after, before } = context.req.valid('param')
    for (const id of [before, after]) allow(context, 'read', (await findRun(database, id)).project)
    const lines = (id: string): Promise<Line[]> => linesOfRun(database, bodies, id, ['test', 'error'])
    return context.json({ before, after, ...compareRuns(await lines(before), await lines(after)) }, 200)
  })

  app.openapi(get, async (context) => {
    const found = await findRun(database, context.req.valid('param').id)
    allow(context, 'read', found.project)
    return context.json(found, 200)
  })

  app.openapi(lines, async (context) => {
    const found = await findRun(database, context.req.valid('param').id)
    allow(context, 'read', found.project)
    const chunks = await chunksOf(database, found.id)
    const text = Readable.from(textOf(database, bodies, found.id, chunks), { objectMode: false })
    // A tenth of the bytes: a run may have hundreds of megabytes.
    const isSmall = /\bgzip\b/.test(context.req.header('accept-encoding') ?? '')
    // Where either end breaks, so does the answer, and its reader sees that.
    const sent = isSmall ? pipeline(text, createGzip(), () => {}) : text
    return context.body(Readable.toWeb(sent) as ReadableStream, 200, {
      'content-type': 'application/x-ndjson; charset=utf-8',
      ...(isSmall ? { 'content-encoding': 'gzip' } : {}),
      vary: 'accept-encoding',
      'kafka-testkit-chunks': printChunks(chunks.map(({ seq }) => seq)),
    })
  })

  app.openapi(remove, async (context) => {
    const { id, project } = await findRun(database, context.req.valid('param').id)
    const { id: actor } = allow(context, 'admin', project)
    return context.json({ removed: { ...(await removal.run(id, actor)) } }, 200)
  })

  app.openapi(removeRecords, async (context) => {
    const { id, project } = await findRun(database, context.req.valid('param').id)
    const { id: actor } = allow(context, 'admin', project)
    return context.json({ removed: { ...(await removal.dataOfRun(id, actor)) } }, 200)
  })
}
