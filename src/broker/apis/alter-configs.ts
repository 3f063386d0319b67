import { type Api, api } from '../api.ts'
import { replacedConfigs } from '../configs/changes.ts'
import { alter } from './config-resource.ts'

/**
 * AlterConfigs (33), versions 0 to 2: sets the configs of topics and of the broker; what isn't named goes back to its
 * default (Kafka: ConfigurationControlManager#legacyAlterConfigs).
 */
export const alterConfigs: Api<'AlterConfigs'> = api(
  'AlterConfigs',
  [0, 2],
  ({ resources, validateOnly }, { broker }) => ({
    responses: resources.map((resource) =>
      alter(resource, broker, validateOnly, (config) => replacedConfigs(config, resource.configs)),
    ),
  }),
)
