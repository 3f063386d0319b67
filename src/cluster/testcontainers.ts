import { randomUUID } from 'node:crypto'
import { readFileSync } from 'node:fs'
import { resolve } from 'node:path'
import { after, now } from '../base/clock.ts'
import type { ClusterAddress, ResolvedCluster } from '../config/cluster.ts'
import { guardContainer, runLabel } from './container-guard.ts'
import { untilReady } from './ready.ts'

type ContainerConfig = Extract<ResolvedCluster, { kind: 'testcontainers' }>

/** Of a container's log, for a message. */
const TAIL = 20
const wayOn =
  "or run on the embedded cluster, which needs none: cluster: 'embedded' (KAFKA_TESTKIT_CLUSTER=embedded)" as const
/** The port of the plain listener in the container, and of the one with TLS. */
const PLAIN_PORT = 9093
const SECURE_PORT = 9096

/**
 * Starts real Kafka in a container and waits until it serves.
 *
 * @throws Error when Testcontainers or Docker is missing, or the container doesn't answer in time: with the tail of its log.
 */
export async function startContainer(
  config: ContainerConfig,
  root: string,
): Promise<{ connection: ClusterAddress; stop(): Promise<void> }> {
  const { KafkaContainer } = await loadTestcontainers()
  const image = `${config.image}:${config.tag}`
  const began = now()
  const deadline = after(config.startTimeout, began)
  const tail: string[] = []
  const run = randomUUID()
  console.error(`kafka-testkit: starting ${image} …`)
  const container = new KafkaContainer(image)
    .withKraft()
    .withEnvironment(config.env)
    .withStartupTimeout(config.startTimeout)
    .withLogConsumer((log) => log.on('data', (line) => keep(tail, String(line))))
  if (config.reuse) container.withReuse()
  else container.withLabels({ [runLabel]: run })
  const { saslSsl } = config
  if (saslSsl !== null) {
    container.withSaslSslListener({
      port: SECURE_PORT,
      sasl: {
        mechanism: saslSsl.mechanism === 'scram-sha-256' ? 'SCRAM-SHA-256' : 'SCRAM-SHA-512',
        user: { name: saslSsl.username, password: saslSsl.password },
      },
      keystore: { content: readFileSync(resolve(root, saslSsl.keystore)), passphrase: saslSsl.passphrase },
    })
  }
  const guard = config.reuse ? undefined : guardContainer(run)
  const started = await container.start().catch((error) => {
    // Whatever came to be of it is the guard's.
    throw failure(error, image, tail)
  })
  const stop = async (): Promise<void> => {
    if (config.reuse) return
    await started.stop({ timeout: 0 })
    guard?.release()
  }
  const connection: ClusterAddress = {
    brokers: [`${started.getHost()}:${started.getMappedPort(saslSsl === null ? PLAIN_PORT : SECURE_PORT)}`],
    ssl: saslSsl === null ? false : { ca: saslSsl.ca, servername: saslSsl.servername },
    sasl:
      saslSsl === null
        ? false
        : { mechanism: saslSsl.mechanism, username: saslSsl.username, password: saslSsl.password },
    root,
  }
  try {
    await untilReady(connection, { deadline, coordinator: true })
  } catch (error) {
    await stop().catch(() => {})
    throw failure(error, image, tail)
  }
  console.error(
    `kafka-testkit: ${image} answers on ${connection.brokers[0]} after ${((now() - began) / 1000).toFixed(1)} s`,
  )
  return { connection, stop }
}

async function loadTestcontainers(): Promise<typeof import('@testcontainers/kafka')> {
  try {
    return await import('@testcontainers/kafka')
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ERR_MODULE_NOT_FOUND') throw error
    throw new Error(
      `cluster 'testcontainers' needs the package @testcontainers/kafka: npm install --save-dev @testcontainers/kafka, ${wayOn}`,
    )
  }
}

function keep(tail: string[], text: string): void {
  tail.push(...text.split('\n').filter((line) => line.trim() !== ''))
  tail.splice(0, tail.length - TAIL)
}

function failure(error: unknown, image: string, tail: readonly string[]): Error {
  const { message } = error as Error
  const told = (text: string): Error => new Error(`cluster 'testcontainers': ${text}`)
  if (tail.length > 0) {
    const log = tail.map((line) => `  ${line}`).join('\n')
    return told(`${image} did not start: ${message}\nThe end of its log:\n${log}`)
  }
  if (/container runtime|docker.*(not running|sock)/i.test(message)) {
    return told(`no Docker answers here (${message}). Start it, ${wayOn}`)
  }
  if (/registry|pull|manifest|no such image/i.test(message)) {
    return told(
      `an image could not be pulled (${message.trim()}). Is ${image} right, and is its registry reached from here? ` +
        "Testcontainers' own reaper is an image too: TESTCONTAINERS_RYUK_DISABLED=true leaves it out, and kafka-testkit " +
        'removes its container all the same',
    )
  }
  return told(`${image} did not start: ${message}. Its log is empty`)
}
