import { anything, fillOptions, positive, text, withDefault } from './options.ts'

/** An endpoint of kafka-testkit to which runs are uploaded. */
export interface EndpointConfig {
  /** Over https, or http to this machine. The environment variable KAFKA_TESTKIT_ENDPOINT wins. */
  url: string
  /** The project's name there. Default: its name here. */
  project?: string
  /** Milliseconds that the upload may take behind the last test. Default 10,000. */
  timeout?: number
}

export interface ResolvedEndpoint {
  url: string
  project: string | null
  timeout: number
}

const endpointOptions = { url: anything, project: text, timeout: withDefault(positive, 10_000) }

/**
 * The endpoint of the config, or the one that `KAFKA_TESTKIT_ENDPOINT` names; null where neither does.
 *
 * @throws TypeError
 */
export function resolveEndpoint(endpoint: EndpointConfig | undefined, env: NodeJS.ProcessEnv): ResolvedEndpoint | null {
  const where = 'kafka-testkit config.history.endpoint'
  const options = fillOptions(where, endpoint, endpointOptions)
  const said = env.KAFKA_TESTKIT_ENDPOINT || undefined
  if (endpoint === undefined && said === undefined) return null
  const url = said ?? options.url ?? ''
  checkEndpointUrl(said === undefined ? `${where}.url` : 'KAFKA_TESTKIT_ENDPOINT', url)
  return { url, project: options.project ?? null, timeout: options.timeout }
}

/**
 * Refuses an address that the token must not be sent to: it goes over TLS, or to this machine.
 *
 * @throws TypeError that says what is wrong, without the address: it may hold a password.
 */
export function checkEndpointUrl(where: string, url: unknown): void {
  if (typeof url !== 'string' || !URL.canParse(url)) throw new TypeError(`${where}: a URL is wanted`)
  const { protocol, username, password, search, hash } = new URL(url)
  const problem =
    username !== '' || password !== ''
      ? 'it has credentials; the token comes from KAFKA_TESTKIT_TOKEN alone'
      : search !== '' || hash !== ''
        ? 'it has a query or a fragment, an address and a path are wanted'
        : protocol === 'http:' && !isLoopback(url)
          ? 'it is http, and the token would be sent in the clear; https is wanted (http only to this machine)'
          : protocol !== 'https:' && protocol !== 'http:'
            ? `it is ${protocol.slice(0, -1)}, https is wanted`
            : undefined
  if (problem !== undefined) throw new TypeError(`${where}: ${problem}`)
}

/** Whether a URL leads to this machine and nowhere else. */
export function isLoopback(url: string): boolean {
  const { hostname } = new URL(url)
  return hostname === 'localhost' || hostname === '[::1]' || /^127\.\d+\.\d+\.\d+$/.test(hostname)
}
