import { createRoute, z } from '@hono/zod-openapi'
import { clusterLineSchema } from '../../run/schema.ts'
import { allow } from '../access.ts'
import type { App, Endpoint } from '../app.ts'
import { clustersOfProject, RUNS_LOOKED_AT } from '../clusters.ts'
import { json, problems, projectName } from './shared.ts'

const met = z
  .object({
    cluster: clusterLineSchema,
    runs: z.number(),
    firstSeen: z.number(),
    lastSeen: z.number(),
    lastRun: z.string(),
    answeredAt: z.number().nullable(),
    versions: z.array(z.object({ version: z.string(), lastSeen: z.number() })),
  })
  .openapi('MetCluster')

const list = createRoute({
  method: 'get',
  path: '/v1/projects/{project}/clusters',
  tags: ['runs'],
  summary: `The clusters that the newest ${RUNS_LOOKED_AT} runs of a project had`,
  request: { params: z.object({ project: projectName }) },
  responses: { 200: json('That of the latest run first', z.object({ clusters: z.array(met) })), ...problems },
})

export function addClusterRoutes(app: App, { database }: Endpoint): void {
  app.openapi(list, async (context) => {
    const { project } = context.req.valid('param')
    allow(context, 'read', project)
    return context.json({ clusters: await clustersOfProject(database, project) }, 200)
  })
}
