import { z } from '@hono/zod-openapi'
import type { Line } from '../../run/model.ts'
import { clusterLineSchema, endLineSchema, lineSchema, runLineSchema } from '../../run/schema.ts'
import type { Scope } from '../insights.ts'
import { dayOf, intervals } from '../intervals.ts'
import { LONGEST_PROJECT_NAME, PROJECT_NAME } from '../projects.ts'
import type { RunDetails, RunSummary } from '../runs.ts'
import type { Execution } from '../tests.ts'

/** The parts that routes have in common. */
export const runId: z.ZodType<string, string> = z
  .string()
  .regex(/^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/, 'a UUID in lower case is wanted')

export const projectName: z.ZodType<string, string> = z
  .string()
  .max(LONGEST_PROJECT_NAME)
  .regex(PROJECT_NAME, 'letters, digits, and . _ ~ + - @ with / between them are wanted')

export const digest: z.ZodType<string, string> = z
  .string()
  .regex(/^sha-256=:[A-Za-z0-9+/]{43}=:$/, 'sha-256=:BASE64: is wanted')

/** How many items of a list. */
export function limit(usual: number, most: number): z.ZodType<number, unknown> {
  return z.coerce.number().int().min(1).max(most).default(usual)
}

const date: z.ZodType<string | undefined, string | undefined> = z.iso.date('a day as 2026-11-25 is wanted').optional()
const text: z.ZodType<string | undefined, string | undefined> = z.string().optional()

/** What every insight is asked by. */
export const scope: {
  from: typeof date
  to: typeof date
  branch: typeof text
  environment: typeof text
} = {
  from: date,
  to: date,
  branch: text.openapi({ description: 'of the runs of this branch, as long as they are kept' }),
  environment: text.openapi({ description: 'of the runs in this environment, as long as they are kept' }),
}

/** How long the intervals are. */
export const by: z.ZodType<Scope['by'], Scope['by'] | undefined> = z
  .enum(intervals)
  .default('day')
  .openapi({ description: '`day` of the answer is the first of each' })

/** The last 30 days when nothing else is said. */
export function scopeOf(project: string, { from, to, by: interval = 'day', branch, environment }: Asked): Scope {
  const last = dayOf(to ?? Date.now())
  return { project, from: from === undefined ? last - 29 : dayOf(from), to: last, by: interval, branch, environment }
}

interface Asked {
  from?: string | undefined
  to?: string | undefined
  by?: Scope['by']
  branch?: string | undefined
  environment?: string | undefined
}

// A schema has the methods that zod had when it was made, and the built package makes this one before `openapi` is
// there: `meta` gives a copy of today.
export const line: z.ZodType<Line> = lineSchema.meta({}).openapi('Line')

const ofRun = {
  id: z.string(),
  project: z.string(),
  state: z.enum(['running', 'lost', 'complete']),
  run: runLineSchema,
  end: endLineSchema.nullable(),
  updatedAt: z.number(),
  completedAt: z.number().nullable(),
  dataRemovedAt: z.number().nullable(),
  color: z.string().nullable(),
}

export const run: z.ZodType<RunSummary> = z.object(ofRun).openapi('Run')

export const runDetails: z.ZodType<RunDetails> = z
  .object({ ...ofRun, clusters: z.array(clusterLineSchema) })
  .openapi('RunDetails')

export const test: z.ZodType<Execution['test']> = z.object({ id: z.string(), file: z.string(), name: z.string() })

export const execution: z.ZodType<Execution> = z
  .object({
    run: z.string(),
    id: z.string(),
    test,
    status: z.enum(['passed', 'failed', 'skipped', 'timed out', 'crashed']),
    flaky: z.boolean(),
    attempts: z.number(),
    startedAt: z.number(),
    duration: z.number(),
  })
  .openapi('Execution')

interface Described<Schema extends z.ZodType> {
  description: string
  content: { 'application/json': { schema: Schema } }
}

export function json<Schema extends z.ZodType>(description: string, schema: Schema): Described<Schema> {
  return { description, content: { 'application/json': { schema } } }
}

interface Body<Schema extends z.ZodType> {
  required: true
  content: { 'application/json': { schema: Schema } }
}

export function body<Schema extends z.ZodType>(schema: Schema): Body<Schema> {
  return { required: true, content: { 'application/json': { schema } } }
}

const problem = z.object({ title: z.string(), status: z.number(), detail: z.string() }).openapi('Problem')

/** The answers of every route that has a token before it. */
export const problems: Record<'4XX' | '5XX', { description: string; content: object }> = {
  '4XX': { description: 'What was asked is wrong', content: { 'application/problem+json': { schema: problem } } },
  '5XX': { description: 'Try again later', content: { 'application/problem+json': { schema: problem } } },
}

/** What a removal answers. */
export const removed: z.ZodType<{ removed: Record<string, number> }> = z.object({
  removed: z.record(z.string(), z.number()),
})
