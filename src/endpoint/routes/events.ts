import { createRoute, z } from '@hono/zod-openapi'
import type { Context } from 'hono'
import { allow, isStillIn } from '../access.ts'
import type { App, Endpoint, Variables } from '../app.ts'
import { chunksOf } from '../chunks.ts'
import { Problem } from '../problem.ts'
import { parseChunks, printChunks, textOf } from '../run-text.ts'
import { findRun, type RunSummary } from '../runs.ts'
import { first } from '../store/database.ts'
import type { Look } from '../streams.ts'
import { problems, projectName, runId } from './shared.ts'

const tags = ['events']

const ofRun = createRoute({
  method: 'get',
  path: '/v1/runs/{id}/events',
  tags,
  summary: 'A run as it arrives, by server-sent events',
  request: {
    params: z.object({ id: runId }),
    query: z.object({
      after: z.string().max(10_000).optional().openapi({ description: 'the chunks that one has: 0-5,7' }),
    }),
  },
  responses: {
    200: {
      description:
        'text/event-stream: `lines` has lines, `run` the run, `gone` says that it was deleted; the id is what Last-Event-ID takes',
    },
    ...problems,
  },
})

const ofProject = createRoute({
  method: 'get',
  path: '/v1/projects/{project}/events',
  tags,
  summary: 'That runs of a project began, went on or ended, by server-sent events',
  request: { params: z.object({ project: projectName }) },
  responses: { 200: { description: 'text/event-stream: `runs`' }, ...problems },
})

export function addEventRoutes(app: App, endpoint: Endpoint): void {
  const { database, streams } = endpoint

  app.openapi(ofRun, async (context) => {
    const { id } = context.req.valid('param')
    const { project } = await findRun(database, id)
    const token = allow(context, 'read', project)
    const had = parseChunks(context.req.header('last-event-id') ?? context.req.valid('query').after ?? '')
    const told = { state: '' }
    return streams.answer(context, token.id, id, () => lookAtRun(context, endpoint, id, had, told))
  })

  app.openapi(ofProject, async (context) => {
    const { project } = context.req.valid('param')
    const token = allow(context, 'read', project)
    const told = { state: '' }
    return streams.answer(context, token.id, project, () => lookAtProject(context, endpoint, project, told))
  })
}

/** The chunks that the reader has not had, and the run where its state is another than before. */
async function* lookAtRun(
  context: Context<Variables>,
  endpoint: Endpoint,
  id: string,
  had: Set<number>,
  told: { state: string },
): Look {
  const { database, bodies } = endpoint
  if (!(await isStillIn(context, endpoint))) return 'over'
  const found = await findIfThere(endpoint, id)
  if (found === undefined) {
    yield { event: 'gone', data: [''] }
    return 'over'
  }
  for (const chunk of await chunksOf(database, id)) {
    if (had.has(chunk.seq)) continue
    had.add(chunk.seq)
    for await (const text of textOf(database, bodies, id, [chunk])) {
      yield { id: printChunks([...had]), event: 'lines', data: text.toString('utf8').trimEnd().split('\n') }
    }
  }
  if (found.state !== told.state) {
    told.state = found.state
    yield { event: 'run', data: [JSON.stringify(found)] }
  }
  return found.state === 'complete' ? 'over' : undefined
}

async function findIfThere({ database }: Endpoint, id: string): Promise<RunSummary | undefined> {
  try {
    return await findRun(database, id)
  } catch (error) {
    if (error instanceof Problem) return undefined
    throw error
  }
}

async function* lookAtProject(
  context: Context<Variables>,
  endpoint: Endpoint,
  project: string,
  told: { state: string },
): Look {
  if (!(await isStillIn(context, endpoint))) return 'over'
  const state = await first<{ runs: number; at: number | null }>(
    endpoint.database,
    'SELECT COUNT(*) AS runs, MAX(updated_at) AS at FROM runs WHERE project = $1',
    [project],
  )
  const text = JSON.stringify(state)
  // The first time too: something may have changed since the reader asked for the runs.
  if (told.state !== text) yield { event: 'runs', data: [''] }
  told.state = text
  return undefined
}
