import { formatReport, stringify } from '../kafka/message.ts'
import type { MatcherContext, MatcherResult } from './check.ts'
import { describeRecord, recordOf } from './record-matcher.ts'
import { title } from './subjects.ts'

interface Issue {
  readonly message: string
  readonly path?: readonly (PropertyKey | { readonly key: PropertyKey })[] | undefined
}

type ValidationResult = { readonly issues?: readonly Issue[] | undefined }

/** A schema of any library that follows Standard Schema (standardschema.dev): zod, valibot, arktype and others. */
export interface StandardSchema {
  readonly '~standard': { validate(value: unknown): ValidationResult | Promise<ValidationResult> }
}

/** Holds when the value of a record conforms to a schema. */
export async function toConformToSchema(
  this: MatcherContext,
  received: unknown,
  schema: StandardSchema,
): Promise<MatcherResult> {
  const record = recordOf('toConformToSchema', received)
  const standard = (schema as Partial<StandardSchema> | null | undefined)?.['~standard']
  if (typeof standard?.validate !== 'function') {
    throw new TypeError(
      'toConformToSchema() takes a schema that follows Standard Schema (of zod, valibot, arktype, …)\n\n' +
        `Received: ${stringify(schema)}`,
    )
  }
  const { issues = [] } = await standard.validate(record.value)
  const pass = issues.length === 0
  const message = (): string =>
    formatReport(
      {
        title: title(this, 'toConformToSchema', 'record', 'schema'),
        facts: [
          ['Record', describeRecord(record)],
          ['Expected', pass ? "a value that doesn't conform to the schema" : 'a value that conforms to the schema'],
          ['Received', stringify(record.value)],
          ...issues.map((issue, index): [string, string] => [index === 0 ? 'Issues' : '', describeIssue(issue)]),
        ],
      },
      this.utils,
    )
  return { pass, message }
}

function describeIssue({ path = [], message }: Issue): string {
  const keys = path.map((segment) => String(typeof segment === 'object' ? segment.key : segment))
  return `${['value', ...keys].join('.')}: ${message}`
}
