import { stringify } from '../kafka/failure-message.ts'
import { inTheClear } from '../redaction/shown.ts'

interface Issue {
  readonly message: string
  readonly path?: readonly (PropertyKey | { readonly key: PropertyKey })[] | undefined
}

type ValidationResult = { readonly issues?: readonly Issue[] | undefined }

/** A schema of any library that follows Standard Schema (standardschema.dev): zod, valibot, arktype and others. */
interface StandardSchema {
  readonly '~standard': { validate(value: unknown): ValidationResult | Promise<ValidationResult> }
}

/** What says whether a value is right: a Standard Schema, or an object whose `parse` throws where it isn't. */
export type Schema = StandardSchema | { parse(value: unknown): unknown }

/**
 * Makes a function of a schema that lists what is wrong with a value.
 *
 * @throws TypeError when it is no schema.
 */
export function validate(where: string, schema: Schema): (value: unknown) => Promise<string[]> {
  const given = (schema ?? {}) as Partial<StandardSchema> & { parse?: unknown }
  const standard = given['~standard']
  if (typeof standard?.validate === 'function') {
    return async (value) => ((await standard.validate(value)).issues ?? []).map(describe)
  }
  if (typeof given.parse === 'function')
    return (value) => parseIssues(schema as { parse(value: unknown): unknown }, value)
  throw new TypeError(
    `${where}() takes a schema that follows Standard Schema (of zod, valibot, arktype, …) or has a parse()\n\n` +
      `Received: ${stringify(inTheClear(schema))}`,
  )
}

async function parseIssues(schema: { parse(value: unknown): unknown }, value: unknown): Promise<string[]> {
  try {
    await schema.parse(value)
    return []
  } catch (error) {
    const { issues, message } = error as { issues?: readonly Issue[]; message?: string }
    return Array.isArray(issues) ? issues.map(describe) : [message ?? String(error)]
  }
}

function describe({ path = [], message }: Issue): string {
  const keys = path.map((segment) => String(typeof segment === 'object' ? segment.key : segment))
  return `${['value', ...keys].join('.')}: ${message}`
}
