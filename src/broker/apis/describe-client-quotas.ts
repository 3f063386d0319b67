import { type Api, api } from '../api.ts'
import type { Messages } from '../protocol/codec.ts'
import { ErrorCode } from '../protocol/errors.ts'
import type { Entity } from '../quotas.ts'

type Component = Messages['DescribeClientQuotas']['request']['components'][number]

/** How a component of the filter matches (Kafka: DescribeClientQuotasRequest). */
const EXACT = 0
const DEFAULT = 1
const ANY = 2

const TYPES: ReadonlySet<string> = new Set(['user', 'client-id', 'ip'])

/**
 * DescribeClientQuotas (48), versions 0 and 1: the quotas whose entity has each of the given components, and under
 * `strict` no other (Kafka: ClientQuotaCache#describeClientQuotas).
 */
export const describeClientQuotas: Api<'DescribeClientQuotas'> = api(
  'DescribeClientQuotas',
  [0, 1],
  ({ components, strict }, { broker }) => {
    const problem = problemWith(components)
    if (problem !== undefined) return { ...problem, entries: null }
    const entries = broker.quotas
      .list()
      .filter(({ entity }) => !strict || entity.length === components.length)
      .filter(({ entity }) => components.every((component) => matches(component, entity)))
    return {
      errorCode: ErrorCode.NONE,
      errorMessage: '',
      entries: entries.map(({ entity, values }) => ({
        entity: [...entity],
        values: Array.from(values, ([key, value]) => ({ key, value })),
      })),
    }
  },
)

function problemWith(components: readonly Component[]): { errorCode: number; errorMessage: string } | undefined {
  const invalid = (errorMessage: string) => ({ errorCode: ErrorCode.INVALID_REQUEST, errorMessage })
  const types = new Set<string>()
  for (const { entityType, matchType } of components) {
    if (types.has(entityType)) return invalid(`Entity type ${entityType} cannot appear more than once in the filter.`)
    types.add(entityType)
    if (matchType < EXACT || matchType > ANY) return invalid(`Unknown match type ${matchType}`)
    if (entityType === '') return invalid('Invalid empty entity type.')
    if (!TYPES.has(entityType)) {
      return { errorCode: ErrorCode.UNSUPPORTED_VERSION, errorMessage: `Unsupported entity type ${entityType}` }
    }
  }
  if (!types.has('ip') || types.size === 1) return undefined
  return invalid(
    'Invalid entity filter component combination. IP filter component should not be used with user or clientId filter component.',
  )
}

function matches({ entityType, matchType, match }: Component, entity: Entity): boolean {
  const part = entity.find((one) => one.entityType === entityType)
  if (part === undefined) return false
  if (matchType === ANY) return true
  return part.entityName === (matchType === DEFAULT ? null : match)
}
