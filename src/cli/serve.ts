import { jsonLog } from '../endpoint/log.ts'
import { startEndpoint } from '../endpoint/server.ts'
import { observeEndpoint } from '../telemetry/endpoint.ts'

interface ServeOptions {
  port: number
  host: string
  data: string
}

/** `kafka-testkit serve`: an endpoint that takes runs in, until it is told to stop. */
export async function runServe({ port, host, data }: ServeOptions): Promise<void> {
  const adminToken = process.env.KAFKA_TESTKIT_ADMIN_TOKEN || undefined
  const log = jsonLog((line) => console.error(line))
  const observer = await observeEndpoint((problem) => log('warn', problem))
  const endpoint = await startEndpoint({ folder: data, host, port, adminToken, log, observer })
  console.log(`kafka-testkit endpoint listens on ${endpoint.url} (Ctrl-C stops it)`)
  if (endpoint.firstToken !== undefined) {
    console.log(`Administrator's token, shown this once: ${endpoint.firstToken}`)
  }
  const stop = (): void => {
    // Once; a second Ctrl-C ends the process the hard way.
    process.off('SIGINT', stop)
    process.off('SIGTERM', stop)
    void endpoint.close().then(() => observer?.close())
  }
  process.on('SIGINT', stop)
  process.on('SIGTERM', stop)
}
