import { createRoute, z } from '@hono/zod-openapi'
import { allow } from '../access.ts'
import type { App, Endpoint } from '../app.ts'
import { insightsByDay, insightsByTask, insightsByTest } from '../insights.ts'
import { days, daysOf, json, limit, problems, projectName, test } from './shared.ts'

const tags = ['insights']
const params = z.object({ project: projectName })
const number = z.number()
const verdicts = { passed: number, failed: number, skipped: number, flaky: number, duration: number }

const byDay = createRoute({
  method: 'get',
  path: '/v1/projects/{project}/insights/days',
  tags,
  summary: 'What each day came to',
  request: { params, query: z.object(days) },
  responses: {
    200: json(
      'The days that had a run, the oldest first',
      z.object({
        days: z.array(z.object({ day: z.string(), runs: number, failedRuns: number, tests: number, ...verdicts })),
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
      ...days,
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
  request: { params, query: z.object({ ...days, limit: limit(50, 500) }) },
  responses: {
    200: json(
      'The kinds of tasks and their topics, where most time goes first',
      z.object({
        tasks: z.array(
          z.object({
            kind: z.string(),
            topic: z.string(),
            count: number,
            failed: number,
            records: number,
            bytes: number,
            duration: number,
          }),
        ),
      }),
    ),
    ...problems,
  },
})

export function addInsightRoutes(app: App, { database }: Endpoint): void {
  app.openapi(byDay, async (context) => {
    const { project } = context.req.valid('param')
    allow(context, 'read', project)
    return context.json({ days: await insightsByDay(database, project, daysOf(context.req.valid('query'))) }, 200)
  })

  app.openapi(byTest, async (context) => {
    const { project } = context.req.valid('param')
    allow(context, 'read', project)
    const { order, limit: most, ...range } = context.req.valid('query')
    const tests = await insightsByTest(database, project, daysOf(range), { order, limit: most })
    return context.json({ tests }, 200)
  })

  app.openapi(byTask, async (context) => {
    const { project } = context.req.valid('param')
    allow(context, 'read', project)
    const { limit: most, ...range } = context.req.valid('query')
    return context.json({ tasks: await insightsByTask(database, project, daysOf(range), most) }, 200)
  })
}
