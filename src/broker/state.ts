import { randomBytes } from 'node:crypto'
import type { Api } from './api.ts'
import { BrokerConfig } from './configs/broker.ts'
import { Deliveries } from './deliveries.ts'
import { type BrokerEvents, createEvents } from './events.ts'
import { Groups } from './groups/groups.ts'
import { ProducerIds } from './log/producers.ts'
import { Topics } from './log/topics.ts'
import type { BrokerSettings } from './options.ts'
import { ClientQuotas } from './quotas.ts'
import { Transactions } from './transactions/transactions.ts'

/** Everything that a broker knows. One broker is a whole cluster: it leads every partition and coordinates every group and transaction. */
export class BrokerState {
  readonly options: BrokerSettings
  /** What is served. */
  readonly apis: readonly Api[]
  readonly nodeId: number
  /** 16 random bytes in base64url, as Kafka names its clusters. */
  readonly clusterId: string = randomBytes(16).toString('base64url')
  readonly events: BrokerEvents = createEvents()
  readonly config: BrokerConfig
  readonly topics: Topics
  readonly groups: Groups
  readonly producerIds: ProducerIds = new ProducerIds()
  readonly transactions: Transactions
  readonly deliveries: Deliveries
  readonly quotas: ClientQuotas = new ClientQuotas()
  /** Connections of which a Produce has arrived, if only in part, and is not answered yet. */
  inFlightProduces = 0
  /** Appends so far, over all partitions. */
  sequence = 0

  constructor(options: BrokerSettings, apis: readonly Api[]) {
    this.options = options
    this.nodeId = options.nodeId
    this.apis = apis
    this.config = new BrokerConfig(options)
    this.topics = new Topics(this)
    this.groups = new Groups(this)
    this.transactions = new Transactions(this)
    this.deliveries = new Deliveries(this)
  }

  /** Stops every timer and lets the records go. */
  close(): void {
    this.transactions.close()
    this.groups.close()
    this.topics.close()
    this.events.removeAllListeners()
  }
}
