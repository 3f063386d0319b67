import { type Api, api } from '../api.ts'
import { checkOnce, replacedConfigs } from '../configs/changes.ts'
import { alterEach } from './config-resource.ts'

/**
 * AlterConfigs (33), versions 0 to 2: sets the configs of topics and of the broker; what isn't named goes back to its
 * default (Kafka: ConfigurationControlManager#legacyAlterConfigs).
 */
export const alterConfigs: Api<'AlterConfigs'> = api(
  'AlterConfigs',
  [0, 2],
  ({ resources, validateOnly }, { broker }) => ({
    responses: alterEach(resources, broker, validateOnly, (config, configs) => {
      checkOnce(configs)
      return replacedConfigs(config, configs)
    }),
  }),
)
