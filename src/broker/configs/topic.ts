import { ErrorCode } from '../protocol/errors.ts'
import type { ConfigStore } from './store.ts'
import { type ConfigDefinition, ConfigType, configValueError, partsOf } from './values.ts'

interface TopicConfigDefinition extends ConfigDefinition {
  readonly default: string
  /** The broker's config that gives the default, where Kafka has one. */
  readonly brokerConfig?: string
}

const { BOOLEAN, DOUBLE, INT, LIST, LONG, STRING } = ConfigType
const FOREVER = '9223372036854775807'
const WEEK = '604800000'

/** Kafka 4.1's topic configs and their defaults (Kafka: LogConfig, TopicConfig, ServerTopicConfigSynonyms). */
export const topicConfigs: ReadonlyMap<string, TopicConfigDefinition> = new Map<string, TopicConfigDefinition>([
  [
    'cleanup.policy',
    { type: LIST, default: 'delete', words: ['compact', 'delete'], brokerConfig: 'log.cleanup.policy' },
  ],
  [
    'compression.gzip.level',
    { type: INT, default: '-1', min: 1, max: 9, or: -1, brokerConfig: 'compression.gzip.level' },
  ],
  ['compression.lz4.level', { type: INT, default: '9', min: 1, max: 17, brokerConfig: 'compression.lz4.level' }],
  [
    'compression.type',
    {
      type: STRING,
      default: 'producer',
      words: ['uncompressed', 'zstd', 'lz4', 'snappy', 'gzip', 'producer'],
      brokerConfig: 'compression.type',
    },
  ],
  [
    'compression.zstd.level',
    { type: INT, default: '3', min: -131_072, max: 22, brokerConfig: 'compression.zstd.level' },
  ],
  ['delete.retention.ms', { type: LONG, default: '86400000', min: 0, brokerConfig: 'log.cleaner.delete.retention.ms' }],
  ['file.delete.delay.ms', { type: LONG, default: '60000', min: 0, brokerConfig: 'log.segment.delete.delay.ms' }],
  ['flush.messages', { type: LONG, default: FOREVER, min: 1, brokerConfig: 'log.flush.interval.messages' }],
  ['flush.ms', { type: LONG, default: FOREVER, min: 0 }],
  ['follower.replication.throttled.replicas', { type: LIST, default: '', error: throttledError }],
  ['index.interval.bytes', { type: INT, default: '4096', min: 0, brokerConfig: 'log.index.interval.bytes' }],
  ['leader.replication.throttled.replicas', { type: LIST, default: '', error: throttledError }],
  ['local.retention.bytes', { type: LONG, default: '-2', min: -2, brokerConfig: 'log.local.retention.bytes' }],
  ['local.retention.ms', { type: LONG, default: '-2', min: -2, brokerConfig: 'log.local.retention.ms' }],
  [
    'max.compaction.lag.ms',
    { type: LONG, default: FOREVER, min: 1, brokerConfig: 'log.cleaner.max.compaction.lag.ms' },
  ],
  ['max.message.bytes', { type: INT, default: '1048588', min: 0, brokerConfig: 'message.max.bytes' }],
  [
    'message.timestamp.after.max.ms',
    // Kafka's is an hour since 3.6. Here a test may have faked its clock to any time, as before.
    { type: LONG, default: '3600000', min: 0, brokerConfig: 'log.message.timestamp.after.max.ms' },
  ],
  [
    'message.timestamp.before.max.ms',
    { type: LONG, default: FOREVER, min: 0, brokerConfig: 'log.message.timestamp.before.max.ms' },
  ],
  [
    'message.timestamp.type',
    {
      type: STRING,
      default: 'CreateTime',
      words: ['CreateTime', 'LogAppendTime'],
      brokerConfig: 'log.message.timestamp.type',
    },
  ],
  [
    'min.cleanable.dirty.ratio',
    { type: DOUBLE, default: '0.5', min: 0, max: 1, brokerConfig: 'log.cleaner.min.cleanable.ratio' },
  ],
  ['min.compaction.lag.ms', { type: LONG, default: '0', min: 0, brokerConfig: 'log.cleaner.min.compaction.lag.ms' }],
  ['min.insync.replicas', { type: INT, default: '1', min: 1, brokerConfig: 'min.insync.replicas' }],
  ['preallocate', { type: BOOLEAN, default: 'false', brokerConfig: 'log.preallocate' }],
  ['remote.log.copy.disable', { type: BOOLEAN, default: 'false' }],
  ['remote.log.delete.on.disable', { type: BOOLEAN, default: 'false' }],
  ['remote.storage.enable', { type: BOOLEAN, default: 'false', error: tieredStorageError }],
  ['retention.bytes', { type: LONG, default: '-1', brokerConfig: 'log.retention.bytes' }],
  ['retention.ms', { type: LONG, default: WEEK, min: -1 }],
  ['segment.bytes', { type: INT, default: '1073741824', min: 1024 * 1024, brokerConfig: 'log.segment.bytes' }],
  ['segment.index.bytes', { type: INT, default: '10485760', min: 4, brokerConfig: 'log.index.size.max.bytes' }],
  ['segment.jitter.ms', { type: LONG, default: '0', min: 0 }],
  ['segment.ms', { type: LONG, default: WEEK, min: 1 }],
  [
    'unclean.leader.election.enable',
    { type: BOOLEAN, default: 'false', brokerConfig: 'unclean.leader.election.enable' },
  ],
])

/** Kafka: ThrottledReplicaListValidator. */
function throttledError(name: string, value: string): string | undefined {
  const parts = partsOf(value)
  if (parts.every((part) => /^(\d+:\d+)?$/.test(part)) || (parts.length === 1 && parts[0] === '*')) return undefined
  return (
    `Invalid value [${parts.join(', ')}] for configuration ${name}: ${name} must be the literal '*' or a list of ` +
    'replicas in the following format: [partitionId]:[brokerId],[partitionId]:[brokerId],...'
  )
}

/** A broker that wasn't set up for it has no tiered storage. */
function tieredStorageError(_name: string, value: string): string | undefined {
  if (value.trim().toLowerCase() !== 'true') return undefined
  return 'Tiered Storage functionality is disabled in the broker. Topic cannot be configured with remote log storage.'
}

/** What is wrong with a topic's config, in Kafka's words, or undefined. */
function topicConfigError(name: string, value: string): string | undefined {
  const definition = topicConfigs.get(name)
  if (definition === undefined) return `Unknown topic config name: ${name}`
  return configValueError(name, definition, value)
}

/** The configs of one topic: what was set, over Kafka's defaults. Only what `Produce` looks at has an effect. */
export class TopicConfig implements ConfigStore {
  readonly #set: Map<string, string>
  /** Read at every Produce, so it is kept parsed. */
  #effective: EffectiveConfig

  constructor(set: Readonly<Record<string, string>>) {
    this.#set = new Map(Object.entries(set))
    this.#effective = this.#parse()
  }

  /** What was set on this topic. */
  get set(): ReadonlyMap<string, string> {
    return this.#set
  }

  get effective(): EffectiveConfig {
    return this.#effective
  }

  definition(name: string): TopicConfigDefinition | undefined {
    return topicConfigs.get(name)
  }

  error(name: string, value: string): { errorCode: number; message: string } | undefined {
    const message = topicConfigError(name, value)
    return message === undefined ? undefined : { errorCode: ErrorCode.INVALID_CONFIG, message }
  }

  get(name: string): string | undefined {
    return this.#set.get(name) ?? topicConfigs.get(name)?.default
  }

  conflict(configs: ReadonlyMap<string, string>): string | undefined {
    const numberOf = (name: string) => Number(configs.get(name) ?? topicConfigs.get(name)?.default)
    const [shortest, longest] = [numberOf('min.compaction.lag.ms'), numberOf('max.compaction.lag.ms')]
    if (shortest <= longest) return undefined
    return `conflict topic config setting min.compaction.lag.ms (${shortest}) > max.compaction.lag.ms (${longest})`
  }

  /** Takes the place of what was set before. */
  replace(configs: ReadonlyMap<string, string>): void {
    this.#set.clear()
    for (const [name, value] of configs) this.#set.set(name, value)
    this.#effective = this.#parse()
  }

  #parse(): EffectiveConfig {
    return {
      maxMessageBytes: Number(this.get('max.message.bytes')),
      logAppendTime: this.get('message.timestamp.type') === 'LogAppendTime',
      timestampBeforeMaxMs: Number(this.get('message.timestamp.before.max.ms')),
      timestampAfterMaxMs: Number(this.get('message.timestamp.after.max.ms')),
      compacted: this.get('cleanup.policy')!.includes('compact'),
    }
  }
}

/** The configs that change what the broker does. */
export interface EffectiveConfig {
  readonly maxMessageBytes: number
  /** The broker sets the records' timestamps. */
  readonly logAppendTime: boolean
  readonly timestampBeforeMaxMs: number
  readonly timestampAfterMaxMs: number
  /** Every record needs a key. */
  readonly compacted: boolean
}
