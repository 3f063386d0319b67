import { checkOptions, flag, positive } from './options.ts'

/** Of the embedded broker that each test file has. */
export interface BrokerConfig {
  /** Partitions of a topic when nobody says how many. Default 1. */
  partitions?: number
  /** Whether a topic comes to be when it is first used. Default true. */
  autoCreateTopics?: boolean
}

/** @throws TypeError for an unknown or wrong option, naming the nearest right one. */
export function checkBroker(where: string, broker: BrokerConfig | undefined): void {
  checkOptions(where, broker, { partitions: positive, autoCreateTopics: flag })
}
