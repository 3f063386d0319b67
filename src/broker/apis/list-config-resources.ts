import { type Api, api } from '../api.ts'
import { ErrorCode } from '../protocol/errors.ts'
import { ResourceType } from './config-resource.ts'

/** What else may be asked for; there are no such configs here. */
const CLIENT_METRICS = 16
const GROUP = 32

/**
 * ListConfigResources (74), versions 0 and 1: what there are configs of, of the given types or of all. Version 0 knows the
 * metrics of clients only, of which there are none (Kafka: KafkaApis#handleListConfigResources).
 */
export const listConfigResources: Api<'ListConfigResources'> = api(
  'ListConfigResources',
  [0, 1],
  ({ resourceTypes }, { broker, version }) => {
    const node = String(broker.nodeId)
    const names = new Map<number, string[]>([
      [ResourceType.BROKER_LOGGER, [node]],
      [ResourceType.BROKER, [node]],
      [ResourceType.TOPIC, broker.topics.list().map(({ name }) => name)],
      [CLIENT_METRICS, []],
      [GROUP, []],
    ])
    if (resourceTypes.some((type) => !names.has(type))) return { errorCode: ErrorCode.UNSUPPORTED_VERSION }
    const wanted = version === 0 ? [CLIENT_METRICS] : resourceTypes
    return {
      errorCode: ErrorCode.NONE,
      configResources: [...names]
        .filter(([type]) => wanted.length === 0 || wanted.includes(type))
        .flatMap(([resourceType, ofType]) => ofType.map((resourceName) => ({ resourceName, resourceType }))),
    }
  },
)
