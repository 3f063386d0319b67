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
}

export type BrokerSettings = Readonly<Required<BrokerOptions>>
