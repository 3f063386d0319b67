import { type BrokerConfig, clusterConfigs } from '../configs/broker.ts'
import { documentation } from '../configs/documentation.ts'
import { type TopicConfig, topicConfigs } from '../configs/topic.ts'
import { ConfigSource } from '../configs/values.ts'

interface Synonym {
  readonly name: string
  readonly value: string | null
  readonly source: number
}

interface ConfigEntry {
  readonly name: string
  readonly value: string | null
  readonly readOnly: boolean
  readonly configSource: number
  readonly isSensitive: boolean
  /** Every value that there is for it, the one in effect first. */
  readonly synonyms: readonly Synonym[]
  readonly configType: number
  readonly documentation: string | null
}

/** A topic's configs as DescribeConfigs tells them; `keys` null or empty: all of them. */
export function describeTopicConfigs(config: TopicConfig, keys: readonly string[] | null): ConfigEntry[] {
  return wanted([...topicConfigs.keys()], keys).map((name) => {
    const definition = topicConfigs.get(name)!
    const { brokerConfig } = definition
    const synonyms = [
      ...synonym(name, config.set.get(name), ConfigSource.TOPIC),
      ...synonym(name, clusterConfigs.get(name), ConfigSource.DEFAULT_BROKER),
      ...(brokerConfig === undefined ? [] : synonym(brokerConfig, definition.default, ConfigSource.DEFAULT)),
    ]
    return entry(name, { value: config.get(name) ?? null, readOnly: false, type: definition.type, synonyms })
  })
}

/** The broker's configs as DescribeConfigs tells them; `keys` null or empty: all of them. */
export function describeBrokerConfigs(config: BrokerConfig, keys: readonly string[] | null): ConfigEntry[] {
  return wanted(config.names, keys).map((name) => {
    const definition = config.definition(name)!
    const synonyms = [
      ...synonym(name, config.set.get(name), ConfigSource.BROKER),
      ...synonym(name, clusterConfigs.get(name), ConfigSource.DEFAULT_BROKER),
      ...synonym(name, config.started.get(name), ConfigSource.STATIC_BROKER),
      ...synonym(name, definition.default, ConfigSource.DEFAULT),
    ]
    const value = config.get(name) ?? null
    return entry(name, { value, readOnly: definition.readOnly === true, type: definition.type, synonyms })
  })
}

function wanted(names: readonly string[], keys: readonly string[] | null): readonly string[] {
  return keys === null || keys.length === 0 ? names : names.filter((name) => keys.includes(name))
}

function synonym(name: string, value: string | null | undefined, source: number): Synonym[] {
  return value === undefined || value === null ? [] : [{ name, value, source }]
}

function entry(
  name: string,
  { value, readOnly, type, synonyms }: { value: string | null; readOnly: boolean; type: number; synonyms: Synonym[] },
): ConfigEntry {
  const configSource = synonyms[0]?.source ?? ConfigSource.DEFAULT
  const text = documentation.get(topicNames.get(name) ?? name) ?? null
  return { name, value, readOnly, configSource, isSensitive: false, synonyms, configType: type, documentation: text }
}

/** The topic's name of a config, by the broker's. */
const topicNames: ReadonlyMap<string, string> = new Map(
  [...topicConfigs].flatMap(([name, { brokerConfig }]) => (brokerConfig === undefined ? [] : [[brokerConfig, name]])),
)
