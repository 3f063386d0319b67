import { type Api, api } from '../api.ts'
import { changedConfigs } from '../configs/changes.ts'
import { alterEach } from './config-resource.ts'

/**
 * IncrementalAlterConfigs (44), versions 0 and 1: sets, deletes, appends to or subtracts from single configs of topics and
 * of the broker (Kafka: ConfigurationControlManager#incrementalAlterConfigs).
 */
export const incrementalAlterConfigs: Api<'IncrementalAlterConfigs'> = api(
  'IncrementalAlterConfigs',
  [0, 1],
  ({ resources, validateOnly }, { broker }) => ({
    responses: alterEach(resources, broker, validateOnly, changedConfigs),
  }),
)
