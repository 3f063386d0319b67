import { topicNameError } from '../../base/topic-name.ts'
import { ConfigError } from '../configs/changes.ts'
import type { ConfigStore } from '../configs/store.ts'
import { ErrorCode } from '../protocol/errors.ts'
import type { BrokerState } from '../state.ts'
import { repeated } from './twice.ts'

/** Kafka's ConfigResource.Type. */
export const ResourceType = { TOPIC: 2, BROKER: 4, BROKER_LOGGER: 8 } as const

interface Resource {
  readonly resourceType: number
  readonly resourceName: string
}

/**
 * What is configured of a topic or the broker (by its id, or by '' as the default of all brokers).
 *
 * @throws ConfigError when there is no such resource.
 */
export function configOf({ resourceType, resourceName }: Resource, broker: BrokerState): ConfigStore {
  if (resourceType === ResourceType.TOPIC) {
    const topic = broker.topics.get(resourceName)
    if (topic !== undefined) return topic.config
    const nameError = topicNameError(resourceName)
    if (nameError !== undefined) throw new ConfigError(ErrorCode.INVALID_TOPIC_EXCEPTION, nameError)
    throw new ConfigError(ErrorCode.UNKNOWN_TOPIC_OR_PARTITION, `The topic '${resourceName}' does not exist.`)
  }
  if (resourceType === ResourceType.BROKER) {
    checkBroker(resourceName, broker)
    return broker.config
  }
  throw new ConfigError(ErrorCode.INVALID_REQUEST, `Unsupported resource type: ${resourceType}`)
}

/** @throws ConfigError when it is the name of another broker. */
export function checkBroker(name: string, { nodeId }: BrokerState): void {
  if (name === '' || name === String(nodeId)) return
  if (!/^\d+$/.test(name)) {
    throw new ConfigError(ErrorCode.INVALID_REQUEST, `Broker id must be an integer, but it is: ${name}`)
  }
  throw new ConfigError(ErrorCode.INVALID_REQUEST, `Unexpected broker id, expected ${nodeId}, but received ${name}`)
}

/**
 * Changes the configs of resources, each by itself, or only says whether it could; gives what is answered. `change` gives
 * what is set on a resource then.
 */
export function alterEach<R extends Resource & { readonly configs: readonly unknown[] }>(
  resources: readonly R[],
  broker: BrokerState,
  validateOnly: boolean,
  change: (config: ConfigStore, configs: R['configs']) => ReadonlyMap<string, string>,
): (Resource & { readonly errorCode: number; readonly errorMessage: string | null })[] {
  const twice = repeated(resources.map(keyOf))
  return resources.map((resource) => {
    const { resourceType, resourceName } = resource
    try {
      if (twice.has(keyOf(resource))) {
        throw new ConfigError(ErrorCode.INVALID_REQUEST, 'Each resource must appear at most once.')
      }
      const config = configOf(resource, broker)
      const changed = change(config, resource.configs)
      if (!validateOnly) config.replace(changed)
      return { resourceType, resourceName, errorCode: ErrorCode.NONE, errorMessage: null }
    } catch (error) {
      if (!(error instanceof ConfigError)) throw error
      return { resourceType, resourceName, errorCode: error.errorCode, errorMessage: error.message }
    }
  })
}

function keyOf({ resourceType, resourceName }: Resource): string {
  return `${resourceType} ${resourceName}`
}
