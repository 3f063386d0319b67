import { type OpenBroker, openBroker } from '../broker/listener.ts'
import type { BrokerState } from '../broker/state.ts'
import { printable } from './text.ts'

interface BrokerCommandOptions {
  port: number
  host: string
  autoCreate: boolean
  partitions: number
  nodeId: number
  strict: boolean
  quiet: boolean
}

/** `kafka-testkit broker`: listens until it is told to stop, and says what its clients do. */
export async function runBroker({ autoCreate, quiet, ...options }: BrokerCommandOptions): Promise<void> {
  const log = (line: string): void => console.error(line)
  const broker = await openBroker({ ...options, autoCreateTopics: autoCreate, log })
  console.log(`Kafka broker listens on ${broker.brokers[0]} (Ctrl-C stops it)`)
  if (!quiet) tellOfClients(broker)
  const stop = (): void => {
    // Once; a second Ctrl-C ends the process the hard way.
    process.off('SIGINT', stop)
    process.off('SIGTERM', stop)
    void broker.close()
  }
  process.on('SIGINT', stop)
  process.on('SIGTERM', stop)
}

/** Says once of each client that it connected, and of each topic that it produced to it or reads from it. */
function tellOfClients(broker: OpenBroker): void {
  const told = new Set<string>()
  const tell = (clientId: string, what: string): void => {
    const line = `${clientId === '' ? 'a client without id' : oneLine(clientId)} ${what}`
    if (told.has(line)) return
    told.add(line)
    console.log(line)
  }
  broker.onLoad(({ events }: BrokerState) => {
    events.on('connected', ({ clientId }) => tell(clientId, 'connected'))
    events.on('produced', ({ clientId, topic }) => tell(clientId, `produced to ${topic}`))
    events.on('joined', ({ clientId, group }) => tell(clientId, `joined the group ${oneLine(group)}`))
    events.on('received', ({ clientId, topic }) => tell(clientId, `reads from ${topic}`))
    return () => events.removeAllListeners()
  })
}

/** A name that a client gave itself. */
const oneLine = (name: string): string => printable(name).replaceAll('\n', '\ufffd')
