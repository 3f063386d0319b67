import { isIP } from 'node:net'
import { type Api, api } from '../api.ts'
import type { Messages } from '../protocol/codec.ts'
import { ErrorCode } from '../protocol/errors.ts'
import type { Entity } from '../quotas.ts'

type Change = Messages['AlterClientQuotas']['request']['entries'][number]

/** In the order in which Kafka answers them. */
const TYPES: readonly string[] = ['client-id', 'user', 'ip']

/** The quotas of users and client ids, and of addresses; those that must be whole numbers are told apart (Kafka: QuotaConfig). */
const USER_QUOTAS: ReadonlySet<string> = new Set([
  'producer_byte_rate',
  'consumer_byte_rate',
  'request_percentage',
  'controller_mutation_rate',
])
const IP_QUOTAS: ReadonlySet<string> = new Set(['connection_creation_rate'])
const WHOLE: ReadonlySet<string> = new Set(['producer_byte_rate', 'consumer_byte_rate', 'connection_creation_rate'])

/**
 * AlterClientQuotas (49), versions 0 and 1: sets and removes quotas, each entity by itself, or only says whether it could
 * (Kafka: ClientQuotaControlManager#alterClientQuotas).
 */
export const alterClientQuotas: Api<'AlterClientQuotas'> = api(
  'AlterClientQuotas',
  [0, 1],
  ({ entries, validateOnly }, { broker }) => ({
    entries: entries.map((change) => {
      const entity = entityOf(change)
      const errorMessage = problemWithEntity(entity) ?? problemWithValues(entity, change.ops)
      if (errorMessage !== undefined) return { errorCode: ErrorCode.INVALID_REQUEST, errorMessage, entity: [...entity] }
      if (!validateOnly) {
        for (const { key, value, remove } of change.ops) broker.quotas.set(entity, key, remove ? undefined : value)
      }
      return { errorCode: ErrorCode.NONE, errorMessage: null, entity: [...entity] }
    }),
  }),
)

/** Each type once, the last of a type counts. */
function entityOf({ entity }: Change): Entity {
  const byType = new Map(entity.map((part) => [part.entityType, part]))
  return [...byType.values()].sort((one, other) => TYPES.indexOf(one.entityType) - TYPES.indexOf(other.entityType))
}

function problemWithEntity(entity: Entity): string | undefined {
  if (entity.length === 0) return 'Invalid empty client quota entity'
  for (const { entityType, entityName } of entity) {
    if (!TYPES.includes(entityType)) return `Unhandled client quota entity type: ${entityType}`
    if (entityName === '') return `Empty ${entityType} not supported`
  }
  const address = entity.find(({ entityType }) => entityType === 'ip')
  if (address === undefined) return undefined
  if (entity.length > 1) {
    return 'Invalid quota entity combination, IP entity shouldnot be combined with User or ClientId'
  }
  const { entityName } = address
  return entityName === null || isIP(entityName) > 0 ? undefined : `${entityName} is not a valid IP or resolvable host.`
}

function problemWithValues(entity: Entity, changes: Change['ops']): string | undefined {
  const known = entity[0]!.entityType === 'ip' ? IP_QUOTAS : USER_QUOTAS
  for (const { key, value, remove } of changes) {
    if (remove) continue
    if (!known.has(key)) return `Invalid configuration key ${key}`
    if (value <= 0) return `Quota ${key} must be greater than 0`
    if (WHOLE.has(key) && !Number.isInteger(value)) return `${key} cannot be a fractional value.`
  }
  return undefined
}
