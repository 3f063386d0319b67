import { type StrictSwitches, strictSwitches } from '../broker/strict.ts'
import { checkOptions, fillOptions, flag, oneOf, positive, switchOrObject, withDefault } from './options.ts'

/** Of the embedded broker. */
export interface BrokerConfig {
  /**
   * Who has one of its own: each test file, or each test (`kafka.brokers` and KAFKA_BROKERS then change from test to
   * test, so the application starts in the test or in a `beforeEach`). Default `file`.
   */
  scope?: 'file' | 'test'
  /** Partitions of a topic when nobody says how many. Default 1. */
  partitions?: number
  /** Whether a topic comes to be when it is first used. Default true. */
  autoCreateTopics?: boolean
  /**
   * Whether it is as Kafka also where it is kinder on purpose: in all (`true`), or in what is named. What passes then
   * passes on Kafka. Default false; `KAFKA_TESTKIT_STRICT` wins.
   */
  strict?: boolean | StrictSwitches
}

const switches = Object.fromEntries(strictSwitches.map((name) => [name, flag]))

const brokerOptions = {
  scope: withDefault(oneOf('file', 'test'), 'file' as const),
  partitions: withDefault(positive, 1),
  autoCreateTopics: withDefault(flag, true),
  strict: withDefault(switchOrObject, false),
}

/** @throws TypeError for an unknown or wrong option, naming the nearest right one. */
export function checkBroker(where: string, broker: BrokerConfig | undefined): void {
  checkOptions(where, broker, brokerOptions)
  if (typeof broker?.strict === 'object') checkOptions(`${where}.strict`, broker.strict, switches)
}

/** The broker's options with their defaults; what `KAFKA_TESTKIT_STRICT` says (true, false or switches) wins. */
export function resolveBroker(
  where: string,
  broker: BrokerConfig | undefined,
  env: NodeJS.ProcessEnv,
): Required<BrokerConfig> {
  checkBroker(where, broker)
  const said = env.KAFKA_TESTKIT_STRICT || undefined
  const options = fillOptions(where, broker, brokerOptions)
  return said === undefined ? options : { ...options, strict: strictOf(said) }
}

function strictOf(said: string): boolean | StrictSwitches {
  if (['true', '1'].includes(said)) return true
  if (['false', '0'].includes(said)) return false
  const named = Object.fromEntries(said.split(',').map((name) => [name.trim(), true]))
  checkOptions('KAFKA_TESTKIT_STRICT', named, switches)
  return named
}
