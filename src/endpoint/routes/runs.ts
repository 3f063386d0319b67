import { createRoute, z } from '@hono/zod-openapi'
import { allow } from '../access.ts'
import type { App, Endpoint } from '../app.ts'
import { findRun, listRuns, runStates } from '../runs.ts'
import { json, limit, problems, projectName, removed, run, runId } from './shared.ts'

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
      before: runId.optional().openapi({ description: 'the last run of the page before' }),
      limit: limit(50, 200),
    }),
  },
  responses: { 200: json('The runs', z.object({ runs: z.array(run) })), ...problems },
})

const get = createRoute({
  method: 'get',
  path: '/v1/runs/{id}',
  tags,
  summary: 'A run',
  request: { params: one },
  responses: { 200: json('The run', run), ...problems },
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

export function addRunRoutes(app: App, { database, removal }: Endpoint): void {
  app.openapi(list, async (context) => {
    const { project } = context.req.valid('param')
    allow(context, 'read', project)
    return context.json({ runs: await listRuns(database, project, context.req.valid('query')) }, 200)
  })

  app.openapi(get, async (context) => {
    const found = await findRun(database, context.req.valid('param').id)
    allow(context, 'read', found.project)
    return context.json(found, 200)
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
