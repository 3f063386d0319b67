import { jsonLog } from '../endpoint/log.ts'
import { isLoopback, startEndpoint } from '../endpoint/server.ts'
import { observeEndpoint } from '../telemetry/endpoint.ts'

interface ServeOptions {
  port: number
  host: string
  data: string
  publicUrl?: string
  rateLimit: number
  lostAfter: number
}

const MINUTE_MS = 60_000

/** `kafka-testkit serve`: an endpoint that takes runs in, until it is told to stop. */
export async function runServe({ port, host, data, publicUrl, rateLimit, lostAfter }: ServeOptions): Promise<void> {
  const log = jsonLog((line) => console.error(line))
  const observer = await observeEndpoint((problem) => log('warn', problem))
  const endpoint = await startEndpoint({
    log,
    observer,
    host,
    port,
    publicUrl,
    rateLimit,
    lostAfter: lostAfter * MINUTE_MS,
    folder: data,
    databaseUrl: process.env.DATABASE_URL || undefined,
    adminToken: process.env.KAFKA_TESTKIT_ADMIN_TOKEN || undefined,
  })
  if (!isLoopback(host)) console.log('It speaks plain HTTP: put a proxy with TLS before it, tokens go through here')
  if (endpoint.firstToken !== undefined) {
    console.log(`Administrator's token, shown this once: ${endpoint.firstToken}`)
  }
  // The last line: who reads it has read all.
  console.log(`kafka-testkit endpoint listens on ${endpoint.url} (Ctrl-C stops it)`)
  const stop = (): void => {
    // Once; a second Ctrl-C ends the process the hard way.
    process.off('SIGINT', stop)
    process.off('SIGTERM', stop)
    void endpoint.close().then(() => observer?.close())
  }
  process.on('SIGINT', stop)
  process.on('SIGTERM', stop)
}
