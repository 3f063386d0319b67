import { type Api, api, type Context } from '../api.ts'
import { ConfigError } from '../configs/changes.ts'
import { TopicConfig } from '../configs/topic.ts'
import type { Messages } from '../protocol/codec.ts'
import { ErrorCode } from '../protocol/errors.ts'
import { describeBrokerConfigs, describeTopicConfigs } from './config-entries.ts'
import { checkBroker, configOf, ResourceType } from './config-resource.ts'

type Resource = Messages['DescribeConfigs']['request']['resources'][number]

/**
 * DescribeConfigs (32), versions 0 to 4: the configs of topics and of the broker, with where each value comes from and,
 * when asked for, its synonyms, and what it means. No names (null or empty) stand for all (Kafka:
 * ConfigHelper#describeConfigs).
 */
export const describeConfigs: Api<'DescribeConfigs'> = api(
  'DescribeConfigs',
  [0, 4],
  ({ resources, includeSynonyms, includeDocumentation }, context) => ({
    results: resources.map((resource) => {
      const { resourceType, resourceName } = resource
      try {
        const configs = entriesOf(resource, context).map(({ synonyms, configSource, documentation, ...entry }) => ({
          ...entry,
          configSource,
          isDefault: configSource >= 3,
          synonyms: includeSynonyms ? synonyms : [],
          documentation: includeDocumentation ? documentation : null,
        }))
        return { errorCode: ErrorCode.NONE, errorMessage: '', resourceType, resourceName, configs }
      } catch (error) {
        if (!(error instanceof ConfigError)) throw error
        return { errorCode: error.errorCode, errorMessage: error.message, resourceType, resourceName, configs: [] }
      }
    }),
  }),
)

function entriesOf(resource: Resource, { broker }: Context) {
  const { resourceType, resourceName, configurationKeys } = resource
  if (resourceType === ResourceType.BROKER_LOGGER) {
    checkBroker(resourceName, broker)
    return []
  }
  const config = configOf(resource, broker)
  if (config instanceof TopicConfig) return describeTopicConfigs(config, configurationKeys)
  return describeBrokerConfigs(broker.config, configurationKeys)
}
