import type { Brokers } from './brokers.ts'
import { checkAnswer } from './errors.ts'

const TOPIC = 2
/** Where a value comes from that is set for just this topic (Kafka: ConfigSource). */
const DYNAMIC_TOPIC_CONFIG = 1

/**
 * What is set for topics themselves, by name of topic and config: no defaults, and nothing that Kafka calls sensitive.
 * One that may not be looked at, or isn't there, is left out.
 *
 * @throws ClientError
 */
export async function topicConfigs(
  brokers: Brokers,
  names: readonly string[],
): Promise<Map<string, Map<string, string>>> {
  if (names.length === 0) return new Map()
  const deadline = brokers.deadline()
  const peer = await brokers.any(deadline)
  const resources = names.map((resourceName) => ({ resourceType: TOPIC, resourceName, configurationKeys: null }))
  const { results } = await peer.request('DescribeConfigs', { resources }, { deadline })
  const found = results.filter(({ errorCode }) => errorCode === 0)
  return new Map(
    found.map(({ resourceName, configs }) => {
      const own = configs.flatMap(({ name, value, configSource, isSensitive }): [string, string][] =>
        configSource === DYNAMIC_TOPIC_CONFIG && !isSensitive && value !== null ? [[name, value]] : [],
      )
      return [resourceName, new Map(own)]
    }),
  )
}

/** What a cluster says that it can do. */
export interface Abilities {
  /** The highest version of each API, by the API's number. */
  readonly apis: ReadonlyMap<number, number>
  /** What has been finalized, on which level; nothing of a Kafka before 2.7. */
  readonly features: readonly { name: string; level: number }[]
}

/** @throws ClientError */
export async function abilities(brokers: Brokers): Promise<Abilities> {
  const deadline = brokers.deadline()
  const peer = await brokers.any(deadline)
  const software = { clientSoftwareName: brokers.options.clientId, clientSoftwareVersion: '1' }
  const { errorCode, apiKeys, finalizedFeatures } = await peer.request('ApiVersions', software, { deadline })
  checkAnswer(errorCode, { at: peer.address })
  return {
    apis: new Map(apiKeys.map(({ apiKey, maxVersion }) => [apiKey, maxVersion])),
    features: (finalizedFeatures ?? []).map(({ name, maxVersionLevel }) => ({ name, level: maxVersionLevel })),
  }
}
