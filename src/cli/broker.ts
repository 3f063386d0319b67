import { startBroker } from '../broker/index.ts'

interface BrokerCommandOptions {
  port: number
  host: string
  autoCreate: boolean
  partitions: number
}

/** `kafka-testkit broker`: listens until it is told to stop. */
export async function runBroker({ port, host, autoCreate, partitions }: BrokerCommandOptions): Promise<void> {
  const log = (line: string): void => console.error(line)
  const broker = await startBroker({ port, host, autoCreateTopics: autoCreate, partitions, log })
  console.log(`Kafka broker listens on ${broker.brokers[0]} (Ctrl-C stops it)`)
  const stop = (): void => {
    // Once; a second Ctrl-C ends the process the hard way.
    process.off('SIGINT', stop)
    process.off('SIGTERM', stop)
    void broker.close()
  }
  process.on('SIGINT', stop)
  process.on('SIGTERM', stop)
}
