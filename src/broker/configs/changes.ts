import { ErrorCode } from '../protocol/errors.ts'
import type { ConfigStore } from './store.ts'
import { ConfigType } from './values.ts'

/** A change of a config that can't be made, with Kafka's error code. */
export class ConfigError extends Error {
  override name = 'ConfigError'
  readonly errorCode: number

  constructor(errorCode: number, message: string) {
    super(message)
    this.errorCode = errorCode
  }
}

const operations = ['SET', 'DELETE', 'APPEND', 'SUBTRACT'] as const

interface Change {
  readonly name: string
  readonly value: string | null
  /** Index in SET, DELETE, APPEND, SUBTRACT (Kafka: AlterConfigOp.OpType). */
  readonly configOperation: number
}

/**
 * What is set on a resource once these changes are made, each checked (Kafka: ConfigurationControlManager#incrementalAlterConfigs).
 *
 * @throws ConfigError
 */
export function changedConfigs(store: ConfigStore, changes: readonly Change[]): Map<string, string> {
  const result = new Map(store.set)
  checkOnce(changes)
  for (const { name, value, configOperation } of changes) {
    const operation = operations[configOperation]
    if (operation === undefined)
      throw new ConfigError(ErrorCode.INVALID_REQUEST, `Unknown config operation ${configOperation}`)
    if (operation === 'DELETE') {
      result.delete(name)
      continue
    }
    if (value === null) throw new ConfigError(ErrorCode.INVALID_REQUEST, `Null value not supported for : ${name}`)
    if (operation === 'SET') result.set(name, checked(store, name, value))
    else result.set(name, checked(store, name, changedList(store, { name, value, operation })))
  }
  return withoutConflict(store, result)
}

/** @throws ConfigError when a name stands there twice. */
export function checkOnce(configs: readonly { readonly name: string }[]): void {
  if (new Set(configs.map(({ name }) => name)).size < configs.length) {
    throw new ConfigError(ErrorCode.INVALID_REQUEST, 'Error due to duplicate config keys')
  }
}

/** What is set on a resource when these take the place of all that was (Kafka: AlterConfigs). */
export function replacedConfigs(
  store: ConfigStore,
  configs: readonly { readonly name: string; readonly value: string | null }[],
): Map<string, string> {
  const result = new Map(
    configs.map(({ name, value }) => {
      if (value === null) throw new ConfigError(ErrorCode.INVALID_REQUEST, `Null value not supported for : ${name}`)
      return [name, checked(store, name, value)]
    }),
  )
  return withoutConflict(store, result)
}

function withoutConflict(store: ConfigStore, configs: Map<string, string>): Map<string, string> {
  const conflict = store.conflict(configs)
  if (conflict !== undefined) throw new ConfigError(ErrorCode.INVALID_CONFIG, conflict)
  return configs
}

function checked(store: ConfigStore, name: string, value: string): string {
  const problem = store.error(name, value)
  if (problem !== undefined) throw new ConfigError(problem.errorCode, problem.message)
  return value
}

function changedList(
  store: ConfigStore,
  change: { name: string; value: string; operation: 'APPEND' | 'SUBTRACT' },
): string {
  const { name, value, operation } = change
  if (store.definition(name)?.type !== ConfigType.LIST) {
    throw new ConfigError(ErrorCode.INVALID_CONFIG, `Can't ${operation} to key ${name} because its type is not LIST.`)
  }
  const parts = listOf(value)
  const current = listOf(store.get(name) ?? '')
  if (operation === 'SUBTRACT') return current.filter((part) => !parts.includes(part)).join(',')
  return [...current, ...parts.filter((part) => !current.includes(part))].join(',')
}

function listOf(value: string): string[] {
  return value.split(',').flatMap((part) => part.trim() || [])
}
