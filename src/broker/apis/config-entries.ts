import type { BrokerConfig } from '../configs/broker.ts'
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
}

/** A topic's configs as DescribeConfigs tells them; `keys` null: all of them. */
export function describeTopicConfigs(config: TopicConfig, keys: readonly string[] | null): ConfigEntry[] {
  return [...topicConfigs].flatMap(([name, definition]) => {
    if (keys !== null && !keys.includes(name)) return []
    const synonyms: Synonym[] = []
    const own = config.set.get(name)
    if (own !== undefined) synonyms.push({ name, value: own, source: ConfigSource.TOPIC })
    if (definition.brokerConfig !== undefined) {
      synonyms.push({ name: definition.brokerConfig, value: definition.default, source: ConfigSource.DEFAULT })
    }
    return entry(name, { value: own ?? definition.default, readOnly: false, type: definition.type, synonyms })
  })
}

/** The broker's configs as DescribeConfigs tells them; `keys` null: all of them. */
export function describeBrokerConfigs(config: BrokerConfig, keys: readonly string[] | null): ConfigEntry[] {
  return config.names.flatMap((name) => {
    if (keys !== null && !keys.includes(name)) return []
    const definition = config.definition(name)!
    const synonyms: Synonym[] = []
    const [set, started] = [config.set.get(name), config.started.get(name)]
    if (set !== undefined) synonyms.push({ name, value: set, source: ConfigSource.BROKER })
    if (started !== undefined) synonyms.push({ name, value: started, source: ConfigSource.STATIC_BROKER })
    synonyms.push({ name, value: definition.default, source: ConfigSource.DEFAULT })
    const value = config.get(name) ?? null
    return entry(name, { value, readOnly: definition.readOnly === true, type: definition.type, synonyms })
  })
}

function entry(
  name: string,
  { value, readOnly, type, synonyms }: { value: string | null; readOnly: boolean; type: number; synonyms: Synonym[] },
): ConfigEntry {
  const configSource = synonyms[0]?.source ?? ConfigSource.DEFAULT
  return { name, value, readOnly, configSource, isSensitive: false, synonyms, configType: type }
}
