import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtemp, open, readFile, rm, writeFile } from 'node:fs/promises'
import { type AddressInfo, createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as delay } from 'node:timers/promises'
import { Kafka, logLevel } from 'kafkajs'
import { answers } from '../../scripts/execute.ts'
import { fetchKafkaJars, kafkaJarsFolder } from '../../scripts/kafka-jars.ts'

const deadline = 90_000

export interface StartedKafka extends AsyncDisposable {
  brokers: string
  pid: number
  /** Of the listeners that were asked for besides, by their names. */
  addresses: Record<string, string>
  /** Ends it at once, as a crash does. */
  kill(): Promise<void>
  /** Milliseconds from the first process to the first answer of a group coordinator; the jars were there. */
  startMs: number
}

/** What keeps real Kafka from running here, in a word. */
export async function whyNoKafka(): Promise<string | undefined> {
  if (!(await answers('java', ['-version']))) return 'no Java here'
  try {
    await fetchKafkaJars()
    return undefined
  } catch (error) {
    return `no Kafka jars here: ${error instanceof Error ? error.message : error}`
  }
}

export interface KafkaOptions {
  /** Listeners besides the plain one, and the security protocol of each. */
  listeners?: Record<string, 'SSL' | 'SASL_SSL' | 'SASL_PLAINTEXT'>
  /** Of server.properties. */
  properties?: Record<string, string>
  /** Users that are there from the start: `SCRAM-SHA-512=[name=ann,password=secret]`. */
  scram?: string[]
}

/** Starts Apache Kafka: one broker, which is its own controller (KRaft), on loopback; its first listener is a plain one. */
export async function startKafka({
  listeners = {},
  properties: more = {},
  scram = [],
}: KafkaOptions = {}): Promise<StartedKafka> {
  const folder = await mkdtemp(join(tmpdir(), 'real-kafka-'))
  const names = Object.keys(listeners)
  const [port, controllerPort, ...ports] = (await freePorts(2 + names.length)) as [number, number, ...number[]]
  const addresses = Object.fromEntries(names.map((name, index) => [name, `127.0.0.1:${ports[index]}`]))
  const properties = join(folder, 'server.properties')
  const logging = join(folder, 'log4j2.properties')
  await writeFile(
    properties,
    serverProperties(port, controllerPort, join(folder, 'data')) +
      listenerProperties(port, controllerPort, listeners, addresses, more),
  )
  await writeFile(logging, loggingProperties)
  const started = performance.now()
  const log = await open(join(folder, 'kafka.log'), 'a')
  const java = (...args: string[]) =>
    spawn('java', [`-Dlog4j2.configurationFile=${logging}`, '-cp', join(kafkaJarsFolder, '*'), ...args], {
      stdio: ['ignore', log.fd, log.fd],
    })
  const format = java(
    'kafka.tools.StorageTool',
    'format',
    '-t',
    '4L6g3nShT-eMCtK--X86sw',
    '-c',
    properties,
    ...scram.flatMap((user) => ['--add-scram', user]),
  )
  await once(format, 'close')
  const broker = java('-Xmx512m', 'kafka.Kafka', properties)
  const closed = once(broker, 'close')
  const kill = async () => {
    broker.kill('SIGKILL')
    await closed
  }
  const stop = async () => {
    await kill()
    await log.close()
    await rm(folder, { recursive: true, force: true, maxRetries: 5 })
  }
  try {
    const brokers = `127.0.0.1:${port}`
    await untilItAnswers(brokers, started + deadline, () => broker.exitCode === null)
    const startMs = performance.now() - started
    return { brokers, pid: broker.pid as number, addresses, kill, startMs, [Symbol.asyncDispose]: stop }
  } catch (error) {
    const output = await readFile(join(folder, 'kafka.log'), 'utf8')
    await stop()
    throw new Error(`Kafka did not start:\n${output.slice(-2000)}`, { cause: error })
  }
}

/** A broker listens seconds before it serves groups, so this waits for a group coordinator (FindCoordinator). */
async function untilItAnswers(brokers: string, end: number, alive: () => boolean): Promise<void> {
  const admin = new Kafka({ brokers: [brokers], logLevel: logLevel.NOTHING, retry: { retries: 0 } }).admin()
  for (;;) {
    try {
      await admin.connect()
      await admin.fetchOffsets({ groupId: 'is-there', topics: [] })
      return await admin.disconnect()
    } catch (error) {
      if (!alive() || performance.now() > end) throw error
      await delay(100)
    }
  }
}

async function freePorts(count: number): Promise<number[]> {
  const servers = Array.from({ length: count }, () => createServer())
  const ports = await Promise.all(
    servers.map(async (server) => {
      await once(server.listen(0, '127.0.0.1'), 'listening')
      return (server.address() as AddressInfo).port
    }),
  )
  for (const server of servers) server.close()
  return ports
}

function serverProperties(port: number, controllerPort: number, data: string): string {
  return `process.roles=broker,controller
node.id=1
controller.quorum.voters=1@127.0.0.1:${controllerPort}
listeners=PLAINTEXT://127.0.0.1:${port},CONTROLLER://127.0.0.1:${controllerPort}
advertised.listeners=PLAINTEXT://127.0.0.1:${port}
controller.listener.names=CONTROLLER
listener.security.protocol.map=PLAINTEXT:PLAINTEXT,CONTROLLER:PLAINTEXT
log.dirs=${data.replaceAll('\\', '/')}
offsets.topic.replication.factor=1
offsets.topic.num.partitions=1
transaction.state.log.replication.factor=1
transaction.state.log.min.isr=1
transaction.state.log.num.partitions=1
share.coordinator.state.topic.replication.factor=1
share.coordinator.state.topic.min.isr=1
group.initial.rebalance.delay.ms=0
num.partitions=1
`
}

/** Of two lines with one key the last one holds. */
function listenerProperties(
  port: number,
  controllerPort: number,
  listeners: NonNullable<KafkaOptions['listeners']>,
  addresses: Record<string, string>,
  more: Record<string, string>,
): string {
  const extra = Object.entries(addresses).map(([name, address]) => `,${name}://${address}`)
  const protocols = Object.entries(listeners).map(([name, protocol]) => `,${name}:${protocol}`)
  const all = {
    listeners: `PLAINTEXT://127.0.0.1:${port},CONTROLLER://127.0.0.1:${controllerPort}${extra.join('')}`,
    'advertised.listeners': `PLAINTEXT://127.0.0.1:${port}${extra.join('')}`,
    'listener.security.protocol.map': `PLAINTEXT:PLAINTEXT,CONTROLLER:PLAINTEXT${protocols.join('')}`,
    ...more,
  }
  return Object.entries(all)
    .map(([key, value]) => `${key}=${value}\n`)
    .join('')
}

const loggingProperties = `rootLogger.level=WARN
rootLogger.appenderRef.console.ref=console
appender.console.type=Console
appender.console.name=console
appender.console.layout.type=PatternLayout
appender.console.layout.pattern=%d %p %m%n
`
