import type { Broker } from './broker.ts'
import { openBroker } from './listener.ts'
import type { BrokerOptions } from './options.ts'

export type { Broker } from './broker.ts'
export type { BrokerOptions } from './options.ts'
export type { StrictSwitches } from './strict.ts'

/**
 * Starts a broker in this process that speaks Kafka's protocol over TCP. Only a socket is opened; the code behind it
 * loads with the first connection.
 *
 * @throws TypeError for an unknown or wrong option.
 * @throws Error when it can't listen there, as on a port that is taken.
 * @example
 * await using broker = await startBroker()
 * const kafka = new Kafka({ brokers: [...broker.brokers] })
 */
export function startBroker(options: BrokerOptions = {}): Promise<Broker> {
  return openBroker(options)
}
