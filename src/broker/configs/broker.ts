import { type BrokerSettings, reachable } from '../options.ts'
import { ErrorCode } from '../protocol/errors.ts'
import type { ConfigStore } from './store.ts'
import { topicConfigs } from './topic.ts'
import { type ConfigDefinition, ConfigType, configValueError } from './values.ts'

/** Where the logs are said to be: in memory. */
export const LOG_DIR = '/memory'

interface BrokerConfigDefinition extends ConfigDefinition {
  /** Set when the broker starts, never changed. */
  readonly readOnly?: boolean
}

const { BOOLEAN, INT, LIST, LONG, SHORT, STRING } = ConfigType

const ownConfigs: readonly (readonly [string, BrokerConfigDefinition])[] = [
  ['advertised.listeners', { type: STRING, default: null, readOnly: true }],
  ['auto.create.topics.enable', { type: BOOLEAN, default: 'true', readOnly: true }],
  ['broker.id', { type: INT, default: '-1', readOnly: true }],
  ['broker.rack', { type: STRING, default: null, readOnly: true }],
  ['controlled.shutdown.enable', { type: BOOLEAN, default: 'true', readOnly: true }],
  ['default.replication.factor', { type: INT, default: '1', readOnly: true }],
  ['delete.topic.enable', { type: BOOLEAN, default: 'true', readOnly: true }],
  ['group.initial.rebalance.delay.ms', { type: INT, default: '3000', readOnly: true }],
  ['group.max.session.timeout.ms', { type: INT, default: '1800000', readOnly: true }],
  ['group.min.session.timeout.ms', { type: INT, default: '6000', readOnly: true }],
  ['listeners', { type: STRING, default: 'PLAINTEXT://:9092' }],
  ['log.dirs', { type: STRING, default: null, readOnly: true }],
  ['log.retention.hours', { type: INT, default: '168', readOnly: true }],
  ['log.retention.ms', { type: LONG, default: null }],
  ['log.retention.minutes', { type: INT, default: null, readOnly: true }],
  ['log.roll.hours', { type: INT, default: '168', min: 1, readOnly: true }],
  ['log.roll.ms', { type: LONG, default: null, min: 1 }],
  ['max.connections', { type: INT, default: '2147483647', min: 0 }],
  ['node.id', { type: INT, default: null, readOnly: true }],
  ['num.partitions', { type: INT, default: '1', min: 1, readOnly: true }],
  ['offset.metadata.max.bytes', { type: INT, default: '4096', readOnly: true }],
  ['offsets.retention.minutes', { type: INT, default: '10080', min: 1, readOnly: true }],
  ['offsets.topic.replication.factor', { type: SHORT, default: '3', min: 1, readOnly: true }],
  ['process.roles', { type: LIST, default: null, readOnly: true }],
  ['socket.request.max.bytes', { type: INT, default: '104857600', min: 1, readOnly: true }],
  ['transaction.max.timeout.ms', { type: INT, default: '900000', min: 1, readOnly: true }],
]

/** The broker's configs that DescribeConfigs shows: those that give topics their defaults, and the ones that tools ask for. */
const brokerConfigs: ReadonlyMap<string, BrokerConfigDefinition> = new Map([
  ...[...topicConfigs.values()].flatMap(({ brokerConfig, ...definition }) =>
    brokerConfig === undefined ? [] : [[brokerConfig, definition] as const],
  ),
  ...ownConfigs,
])

/** Set for the whole cluster when it is formatted, since Kafka 4.1 (eligible leader replicas, KIP-966). */
export const clusterConfigs: ReadonlyMap<string, string> = new Map([['min.insync.replicas', '1']])

/** The configs of the broker. They can be changed and are shown; none of them changes what it does. */
export class BrokerConfig implements ConfigStore {
  readonly #set: Map<string, string> = new Map()
  /** What the broker was started with. */
  readonly #started: ReadonlyMap<string, string>

  constructor(settings: BrokerSettings) {
    const { nodeId, host, port, strict } = settings
    const started: Readonly<Record<string, unknown>> = {
      'node.id': nodeId,
      'broker.id': nodeId,
      'process.roles': 'broker,controller',
      listeners: `PLAINTEXT://${host}:${port}`,
      'advertised.listeners': `PLAINTEXT://${reachable(host)}:${port}`,
      'log.dirs': LOG_DIR,
      'offsets.topic.replication.factor': 1,
      'auto.create.topics.enable': settings.autoCreateTopics,
      'num.partitions': settings.partitions,
      'socket.request.max.bytes': settings.maxRequestBytes,
      'max.connections': settings.maxConnections,
      'group.initial.rebalance.delay.ms': strict.rebalanceDelay ? 3000 : 0,
      'group.min.session.timeout.ms': strict.sessionTimeout ? 6000 : 1,
    }
    this.#started = new Map(
      Object.entries(started)
        .map(([name, value]) => [name, String(value)] as const)
        .filter(([name, value]) => value !== brokerConfigs.get(name)?.default),
    )
  }

  get set(): ReadonlyMap<string, string> {
    return this.#set
  }

  /** The values given at the start of the broker, where they are not Kafka's own defaults. */
  get started(): ReadonlyMap<string, string> {
    return this.#started
  }

  get names(): string[] {
    return [...brokerConfigs.keys()]
  }

  definition(name: string): BrokerConfigDefinition | undefined {
    return brokerConfigs.get(name)
  }

  get(name: string): string | null | undefined {
    return this.#set.get(name) ?? this.#started.get(name) ?? brokerConfigs.get(name)?.default
  }

  error(name: string, value: string): { errorCode: number; message: string } | undefined {
    const definition = brokerConfigs.get(name)
    if (definition === undefined || definition.readOnly === true) {
      const message = `Cannot update these configs dynamically: Set(${name})`
      return { errorCode: ErrorCode.INVALID_REQUEST, message }
    }
    const message = configValueError(name, definition, value)
    return message === undefined ? undefined : { errorCode: ErrorCode.INVALID_CONFIG, message }
  }

  conflict(): undefined {
    return undefined
  }

  replace(configs: ReadonlyMap<string, string>): void {
    this.#set.clear()
    for (const [name, value] of configs) this.#set.set(name, value)
  }
}
