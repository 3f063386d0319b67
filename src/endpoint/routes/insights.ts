import { createRoute, z } from '@hono/zod-openapi'
import { allow } from '../access.ts'
import type { App, Endpoint } from '../app.ts'
import { insightsByDay, insightsByTask, insightsByTest, insightsOfTask } from '../insights.ts'
import { by, json, limit, problems, projectName, scope, scopeOf, test } from './shared.ts'

const tags = ['insights']
const params = z.object({ project: projectName })
const number = z.number()
const spread = { median: number.nullable(), p95: number.nullable() }
const verdicts = { passed: number, failed: number, skipped: number, flaky: number, duration: number }

const tasks = { count: number, failed: number, records: number, bytes: number, duration: number }

const byDay = createRoute({
  method: 'get',
  path: '/v1/projects/{project}/insights/days',
  tags,
  summary: 'What each day came to, or week, or month',
  request: { params, query: z.object({ ...scope, by }) },
  responses: {
    200: json(
      'Those that had a run, the oldest first; median and p95 are of the durations of the runs that are kept',
      z.object({
        days: z.array(
          z.object({
            day: z.string(),
            runs: number,
            failedRuns: number,
            tests: number,
            ...verdicts,
            recordsProduced: number,
            recordsReceived: number,
            ...spread,
          }),
        ),
      }),
    ),
    ...problems,
  },
})

const byTest = createRoute({
  method: 'get',
  path: '/v1/projects/{project}/insights/tests',
  tags,
  summary: 'What each test came to',
  request: {
    params,
    query: z.object({
      ...scope,
      order: z.enum(['failed', 'flaky', 'slow', 'count']).default('failed'),
      limit: limit(50, 500),
    }),
  },
  responses: {
    200: json('The tests', z.object({ tests: z.array(z.object({ test, count: number, ...verdicts })) })),
    ...problems,
  },
})

const byTask = createRoute({
  method: 'get',
  path: '/v1/projects/{project}/insights/tasks',
  tags,
  summary: 'What tasks came to, by topic',
  request: { params, query: z.object({ ...scope, limit: limit(50, 500) }) },
  responses: {
    200: json(
      'The kinds of tasks and their topics, where most time goes first',
      z.object({
        tasks: z.array(z.object({ kind: z.string(), topic: z.string(), ...tasks })),
      }),
    ),
    ...problems,
  },
})

const ofTask = createRoute({
  method: 'get',
  path: '/v1/projects/{project}/insights/tasks/days',
  tags,
  summary: 'What the tasks of a kind came to from day to day, on one topic or on all',
  request: { params, query: z.object({ ...scope, by, kind: z.string(), topic: z.string().optional() }) },
  responses: {
    200: json(
      'Those that had one, the oldest first; median and p95 are of the runs that are kept, within 5 %',
      z.object({ days: z.array(z.object({ day: z.string(), ...tasks, ...spread })) }),
    ),
    ...problems,
  },
})

export function addInsightRoutes(app: App, { database }: Endpoint): void {
  app.openapi(byDay, async (context) => {
    const { project } = context.req.valid('param')
    allow(context, 'read', project)
    const asked = scopeOf(project, context.req.valid('query'))
    return context.json({ days: await insightsByDay(database, asked) }, 200)
  })

  app.openapi(byTest, async (context) => {
    const { project } = context.req.valid('param')
    allow(context, 'read', project)
    const { order, limit: most, ...asked } = context.req.valid('query')
    const tests = await insightsByTest(database, scopeOf(project, asked), { order, limit: most })
    return context.json({ tests }, 200)
  })

  app.openapi(byTask, async (context) => {
    const { project } = context.req.valid('param')
    allow(context, 'read', project)
    const { limit: most, ...asked } = context.req.valid('query')
    return context.json({ tasks: await insightsByTask(database, scopeOf(project, asked), most) }, 200)
  })

  app.openapi(ofTask, async (context) => {
    const { project } = context.req.valid('param')
    allow(context, 'read', project)
    const { kind, topic, ...asked } = context.req.valid('query')
    return context.json({ days: await insightsOfTask(database, { kind, topic }, scopeOf(project, asked)) }, 200)
  })
}
