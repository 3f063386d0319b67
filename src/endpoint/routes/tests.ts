import { createRoute, z } from '@hono/zod-openapi'
import type { Context } from 'hono'
import type { Line } from '../../run/model.ts'
import { allow } from '../access.ts'
import type { App, Endpoint, Variables } from '../app.ts'
import { linesOfTest } from '../chunks.ts'
import { insightsOfTest } from '../insights.ts'
import { OUTSIDE } from '../lines.ts'
import { findRun } from '../runs.ts'
import { findExecution, findTest, historyOf, listExecutions } from '../tests.ts'
import {
  by,
  execution,
  json,
  limit,
  line,
  problems,
  projectName,
  removed,
  runId,
  scope,
  scopeOf,
  test,
} from './shared.ts'

const tags = ['tests']
const ofRun = z.object({ id: runId })
const one = ofRun.extend({ test: z.string().openapi({ description: 'its id in the run' }) })
const ofProject = z.object({ project: projectName, test: z.string().openapi({ description: 'its id in the project' }) })
const lines = json('The lines, as they were recorded', z.object({ lines: z.array(line) }))

const list = createRoute({
  method: 'get',
  path: '/v1/runs/{id}/tests',
  tags,
  summary: 'The tests of a run, in their order',
  request: {
    params: ofRun,
    query: z.object({
      status: z.enum(['passed', 'failed', 'skipped', 'timed out', 'crashed']).optional(),
      flaky: z.enum(['true', 'false']).optional(),
      search: z.string().max(200).optional().openapi({ description: 'part of the file or the name' }),
      after: z.string().optional().openapi({ description: 'the last test of the page before' }),
      limit: limit(100, 1000),
    }),
  },
  responses: { 200: json('The tests', z.object({ tests: z.array(execution) })), ...problems },
})

const get = createRoute({
  method: 'get',
  path: '/v1/runs/{id}/tests/{test}',
  tags,
  summary: 'A test of a run',
  request: { params: one },
  responses: {
    200: json(
      'The test, and its line with attempts and errors',
      z.object({ test: execution, line: z.union([line, z.null()]) }),
    ),
    ...problems,
  },
})

const views = {
  timeline: { summary: 'What happened, in its order', types: ['task', 'event', 'check'] },
  records: { summary: 'The records that it produced and received', types: ['record'] },
  checks: { summary: 'Its checks', types: ['check'] },
} as const

function view(name: keyof typeof views) {
  const path = `/v1/runs/{id}/tests/{test}/${name}` as const
  const { summary } = views[name]
  return createRoute({
    method: 'get',
    path,
    tags,
    summary,
    request: { params: one },
    responses: { 200: lines, ...problems },
  })
}

const errors = createRoute({
  method: 'get',
  path: '/v1/runs/{id}/errors',
  tags,
  summary: 'What failed in a run outside of its tests: imports, hooks of suites, what nobody caught',
  request: { params: ofRun },
  responses: { 200: lines, ...problems },
})

const removeRecords = createRoute({
  method: 'delete',
  path: '/v1/runs/{id}/tests/{test}/records',
  tags,
  summary: 'Delete the record data of a test in a run',
  request: { params: one },
  responses: { 200: json('What was deleted', removed), ...problems },
})

const history = createRoute({
  method: 'get',
  path: '/v1/projects/{project}/tests/{test}',
  tags,
  summary: 'A test from run to run',
  request: { params: ofProject, query: z.object({ ...scope, by, limit: limit(50, 500) }) },
  responses: {
    200: json(
      'The test, what it came to by day, and what it did last',
      z.object({
        test,
        days: z.array(
          z.object({
            day: z.string(),
            count: z.number(),
            passed: z.number(),
            failed: z.number(),
            skipped: z.number(),
            flaky: z.number(),
            duration: z.number(),
            median: z.number().nullable(),
            p95: z.number().nullable(),
          }),
        ),
        executions: z.array(execution),
      }),
    ),
    ...problems,
  },
})

const removeEverywhere = createRoute({
  method: 'delete',
  path: '/v1/projects/{project}/tests/{test}/records',
  tags,
  summary: 'Delete the record data of a test in every run',
  request: { params: ofProject },
  responses: { 200: json('What was deleted', removed), ...problems },
})

export function addTestRoutes(app: App, { database, bodies, removal }: Endpoint): void {
  const allowRun = async (
    context: Context<Variables>,
    id: string,
    scope: 'read' | 'admin' = 'read',
  ): Promise<string> => {
    const { project } = await findRun(database, id)
    return allow(context, scope, project).id
  }
  const readLines = async (run: string, of: string, types: readonly Line['type'][]): Promise<Line[]> => {
    await findExecution(database, run, of)
    return (await linesOfTest(database, bodies, run, of)).filter(({ type }) => types.includes(type))
  }

  app.openapi(list, async (context) => {
    const { id } = context.req.valid('param')
    await allowRun(context, id)
    const { flaky, ...filter } = context.req.valid('query')
    const wanted = { ...filter, flaky: flaky === undefined ? undefined : flaky === 'true' }
    return context.json({ tests: await listExecutions(database, id, wanted) }, 200)
  })

  app.openapi(get, async (context) => {
    const { id, test: of } = context.req.valid('param')
    await allowRun(context, id)
    const found = await findExecution(database, id, of)
    const [own = null] = await readLines(id, of, ['test'])
    return context.json({ test: found, line: own }, 200)
  })

  app.openapi(errors, async (context) => {
    const { id } = context.req.valid('param')
    await allowRun(context, id)
    return context.json({ lines: await linesOfTest(database, bodies, id, OUTSIDE) }, 200)
  })

  for (const name of ['timeline', 'records', 'checks'] as const) {
    app.openapi(view(name), async (context) => {
      const { id, test: of } = context.req.valid('param')
      await allowRun(context, id)
      const found = await readLines(id, of, views[name].types)
      return context.json({ lines: name === 'timeline' ? found.sort(byTime) : found }, 200)
    })
  }

  app.openapi(removeRecords, async (context) => {
    const { id, test: of } = context.req.valid('param')
    const actor = await allowRun(context, id, 'admin')
    return context.json({ removed: { ...(await removal.dataOfRun(id, actor, of)) } }, 200)
  })

  app.openapi(history, async (context) => {
    const { project, test: of } = context.req.valid('param')
    allow(context, 'read', project)
    const { limit: most, ...asked } = context.req.valid('query')
    const found = await findTest(database, project, of)
    const [byDay, executions] = await Promise.all([
      insightsOfTest(database, of, scopeOf(project, asked)),
      historyOf(database, of, { branch: asked.branch, environment: asked.environment, limit: most }),
    ])
    return context.json({ test: found, days: byDay, executions }, 200)
  })

  app.openapi(removeEverywhere, async (context) => {
    const { project, test: of } = context.req.valid('param')
    const { id: actor } = allow(context, 'admin', project)
    return context.json({ removed: { ...(await removal.dataOfTest(project, of, actor)) } }, 200)
  })
}

/** Attempt by attempt, each from its begin. */
function byTime(a: Line, b: Line): number {
  return place(a)[0] - place(b)[0] || place(a)[1] - place(b)[1]
}

function place(one: Line): [attempt: number, at: number] {
  return 'at' in one ? [one.attempt, one.at] : [0, 0]
}
