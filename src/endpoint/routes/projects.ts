import { createRoute, z } from '@hono/zod-openapi'
import { allow } from '../access.ts'
import type { App, Endpoint } from '../app.ts'
import { listAudit } from '../audit.ts'
import { changeProject, listProjects, requireProject } from '../projects.ts'
import { body, json, limit, problems, projectName, removed } from './shared.ts'

const tags = ['projects']
const params = z.object({ project: projectName })
const redact = z.array(z.enum(['records', 'checks']))
const daysKept = z.number().int().min(1).nullable()
const keep = z.strictObject({ data: daysKept, results: daysKept, figures: daysKept })
const project = z
  .object({ name: z.string(), settings: z.object({ redact, keep }), createdAt: z.number() })
  .openapi('Project')
const entry = z.object({
  id: z.number(),
  at: z.number(),
  actor: z.string(),
  action: z.string(),
  project: z.string().nullable(),
  subject: z.string().nullable(),
  detail: z.record(z.string(), z.unknown()),
})
const page = z.object({ before: z.coerce.number().int().optional(), limit: limit(100, 1000) })

const list = createRoute({
  method: 'get',
  path: '/v1/projects',
  tags,
  summary: 'The projects that the token may read',
  responses: { 200: json('The projects', z.object({ projects: z.array(project) })), ...problems },
})

const get = createRoute({
  method: 'get',
  path: '/v1/projects/{project}',
  tags,
  summary: 'A project and its settings',
  request: { params },
  responses: { 200: json('The project', project), ...problems },
})

const change = createRoute({
  method: 'put',
  path: '/v1/projects/{project}',
  tags,
  summary: 'Make a project, or change its settings: what is left out stays as it was',
  request: { params, body: body(z.strictObject({ redact: redact.optional(), keep: keep.partial().optional() })) },
  responses: { 200: json('The project', project), ...problems },
})

const remove = createRoute({
  method: 'delete',
  path: '/v1/projects/{project}',
  tags,
  summary: 'Delete a project with all that it has',
  request: { params },
  responses: { 200: json('What was deleted', removed), ...problems },
})

const projectAudit = createRoute({
  method: 'get',
  path: '/v1/projects/{project}/audit',
  tags,
  summary: 'What was done to a project',
  request: { params, query: page },
  responses: { 200: json('The newest first', z.object({ entries: z.array(entry) })), ...problems },
})

const wholeAudit = createRoute({
  method: 'get',
  path: '/v1/audit',
  tags,
  summary: 'What was done to anything',
  request: { query: page },
  responses: { 200: json('The newest first', z.object({ entries: z.array(entry) })), ...problems },
})

export function addProjectRoutes(app: App, { database, removal }: Endpoint): void {
  app.openapi(list, async (context) => {
    const { project: own } = allow(context, 'read', context.get('token').project)
    const projects = await listProjects(database)
    return context.json({ projects: projects.filter(({ name }) => own === null || name === own) }, 200)
  })

  app.openapi(get, async (context) => {
    const { project: name } = context.req.valid('param')
    allow(context, 'read', name)
    return context.json(await requireProject(database, name), 200)
  })

  app.openapi(change, async (context) => {
    const { project: name } = context.req.valid('param')
    const { id: actor } = allow(context, 'admin', name)
    return context.json(await changeProject(database, actor, name, context.req.valid('json')), 200)
  })

  app.openapi(remove, async (context) => {
    const { project: name } = context.req.valid('param')
    const { id: actor } = allow(context, 'admin', name)
    return context.json({ removed: { ...(await removal.project(name, actor)) } }, 200)
  })

  app.openapi(projectAudit, async (context) => {
    const { project: name } = context.req.valid('param')
    allow(context, 'admin', name)
    return context.json({ entries: await listAudit(database, { project: name, ...context.req.valid('query') }) }, 200)
  })

  app.openapi(wholeAudit, async (context) => {
    allow(context, 'admin', null)
    return context.json({ entries: await listAudit(database, context.req.valid('query')) }, 200)
  })
}
