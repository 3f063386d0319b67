import { isIP } from 'node:net'
import { didYouMean } from '../base/nearest.ts'
import { type Strictness, type StrictSwitches, strictness } from './strict.ts'

/** How an embedded broker is started. */
export interface BrokerOptions {
  /** The address to listen on. Default `127.0.0.1`: nobody but this machine. */
  host?: string
  /** Default 0: any free port. */
  port?: number
  /** Whether a topic comes to be when a client first asks for it (Kafka's auto.create.topics.enable). Default true. */
  autoCreateTopics?: boolean
  /** Partitions of a topic when nobody says how many (Kafka's num.partitions). Default 1. */
  partitions?: number
  /** Topics that are there from the start. */
  topics?: readonly (string | FirstTopic)[]
  /** The id of its one node (Kafka's node.id). Default 1; some clients' own tests assume 0. */
  nodeId?: number
  /** Whether the broker keeps the process alive, as a server does. Default true. */
  keepAlive?: boolean
  /** Takes one line about what went wrong: a malformed request, a full partition. Default: `console.warn`. */
  log?: (line: string) => void
  /** Bytes of the largest request that is read (Kafka's socket.request.max.bytes). Default 100 MiB. */
  maxRequestBytes?: number
  /** Connections at a time; one more is closed at once. Default 10,000. */
  maxConnections?: number
  /** Bytes that a partition may hold; beyond them its oldest records go. Default 1 GiB. */
  maxPartitionBytes?: number
  /** Milliseconds that a Fetch waits for records at most, whatever it asks for. Default 100. */
  maxFetchWaitMs?: number
  /** Whether it is as Kafka also where it is kinder on purpose: in all (`true`), or in what is named. Default false. */
  strict?: boolean | StrictSwitches
}

/** A topic that a broker begins with. */
interface FirstTopic {
  name: string
  /** Default: the broker's `partitions`. */
  partitions?: number
  /** In Kafka's words: `{ 'cleanup.policy': 'compact' }`. */
  config?: Readonly<Record<string, string>>
}

export type BrokerSettings = Readonly<Required<Omit<BrokerOptions, 'strict'>>> & { readonly strict: Strictness }

const MIB = 1024 * 1024

const defaults: Readonly<Required<BrokerOptions>> = {
  host: '127.0.0.1',
  port: 0,
  autoCreateTopics: true,
  partitions: 1,
  nodeId: 1,
  topics: [],
  keepAlive: true,
  log: (line) => console.warn(line),
  maxRequestBytes: 100 * MIB,
  maxConnections: 10_000,
  maxPartitionBytes: 1024 * MIB,
  maxFetchWaitMs: 100,
  strict: false,
}

const ranges: Readonly<Record<string, readonly [lowest: number, highest: number]>> = {
  port: [0, 65_535],
  // Kafka's max.request.partition.size.limit is 2,000 of one request; here it is the bound of one topic.
  partitions: [1, 10_000],
  nodeId: [0, 0x7fffffff],
  maxRequestBytes: [1, 0x7fffffff],
  maxConnections: [1, Number.MAX_SAFE_INTEGER],
  maxPartitionBytes: [1, Number.MAX_SAFE_INTEGER],
  maxFetchWaitMs: [0, 0x7fffffff],
}

/**
 * Fills in the defaults.
 *
 * @throws TypeError for an unknown option (naming the nearest one), a value of the wrong type, or one out of range.
 */
export function brokerSettings(options: BrokerOptions): BrokerSettings {
  const given = Object.entries(options).filter(([, value]) => value !== undefined)
  for (const [name, value] of given) {
    const expected: unknown = defaults[name as keyof BrokerOptions]
    if (!Object.hasOwn(defaults, name)) throw new TypeError(unknownOption(name))
    if (name === 'strict') continue
    if (typeof value !== typeof expected) {
      throw new TypeError(`startBroker: option '${name}' must be a ${typeof expected}, not ${JSON.stringify(value)}.`)
    }
    if (Array.isArray(expected) && !(Array.isArray(value) && value.every(isFirstTopic))) {
      throw new TypeError(`startBroker: option '${name}' must be a list of names, or of { name, partitions, config }.`)
    }
    const range = ranges[name]
    if (range !== undefined && !(Number.isInteger(value) && value >= range[0] && value <= range[1])) {
      throw new TypeError(
        `startBroker: option '${name}' must be an integer from ${range[0]} to ${range[1]}, not ${value}.`,
      )
    }
  }
  return {
    ...defaults,
    ...Object.fromEntries(given),
    strict: strictness(options.strict === undefined ? defaults.strict : options.strict),
  }
}

function isFirstTopic(topic: unknown): topic is string | FirstTopic {
  return typeof topic === 'string' || typeof (topic as FirstTopic | null)?.name === 'string'
}

function unknownOption(name: string): string {
  const names = Object.keys(defaults)
  return `startBroker: there is no option "${name}", ${didYouMean(name, names, `the options are ${names.join(', ')}`)}`
}

/** Whether only this machine can reach the address. */
export function isLoopback(host: string): boolean {
  return host === 'localhost' || host === '::1' || (isIP(host) === 4 && host.startsWith('127.'))
}

/** Where a client on this machine reaches a broker that listens on every address. */
export function reachable(host: string): string {
  if (host === '0.0.0.0') return '127.0.0.1'
  return host === '::' ? '::1' : host
}
