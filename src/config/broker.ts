import { checkOptions, flag, oneOf, positive } from './options.ts'

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
}

/** @throws TypeError for an unknown or wrong option, naming the nearest right one. */
export function checkBroker(where: string, broker: BrokerConfig | undefined): void {
  checkOptions(where, broker, { scope: oneOf('file', 'test'), partitions: positive, autoCreateTopics: flag })
}
