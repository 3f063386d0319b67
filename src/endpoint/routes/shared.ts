import { z } from '@hono/zod-openapi'
import { LONGEST_PROJECT_NAME, PROJECT_NAME } from '../projects.ts'

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

interface Described<Schema extends z.ZodType> {
  description: string
  content: { 'application/json': { schema: Schema } }
}

export function json<Schema extends z.ZodType>(description: string, schema: Schema): Described<Schema> {
  return { description, content: { 'application/json': { schema } } }
}

const problem = z.object({ title: z.string(), status: z.number(), detail: z.string() }).openapi('Problem')

/** The answers of every route that has a token before it. */
export const problems: Record<'4XX' | '5XX', { description: string; content: object }> = {
  '4XX': { description: 'What was asked is wrong', content: { 'application/problem+json': { schema: problem } } },
  '5XX': { description: 'Try again later', content: { 'application/problem+json': { schema: problem } } },
}
