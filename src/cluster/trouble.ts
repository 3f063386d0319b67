import type { ClientError } from '../client/errors.ts'
import type { ClusterAddress } from '../config/cluster.ts'

/**
 * What a cluster answered, or why it didn't, in words that say what to do. What was thrown is not its `cause`: runners
 * print it, as they print every property of an error.
 */
export class ClusterTrouble extends Error {
  readonly #code: string | undefined
  readonly #said: string | undefined

  constructor(message: string, code?: string, said?: string) {
    super(message)
    this.#code = code
    this.#said = said
  }

  /** Kafka's or Node's name of an error. */
  static codeOf(error: unknown): string | undefined {
    return error instanceof ClusterTrouble ? error.#code : undefined
  }

  /** What Kafka itself said about it, where it did. */
  static saidOf(error: unknown): string | undefined {
    return error instanceof ClusterTrouble ? error.#said : undefined
  }
}

/**
 * The errors of Node and of our client, told in words. They come wrapped, so the whole chain is looked through. Nothing
 * of a secret is in them: Kafka answers with none.
 */
export function troubleWith(error: unknown, connection: ClusterAddress): ClusterTrouble {
  if (error instanceof ClusterTrouble) return error
  const chain = [...chainOf(error)]
  const answered = chain.find((one): one is ClientError => one.name === 'ClientError')
  const at = answered?.at ?? connection.brokers.join(', ')
  const text = chain.map(({ message }) => message).join('; ')
  const codes = chain.flatMap(({ code }) => (typeof code === 'string' ? [code] : []))
  const [code] = codes
  for (const { when, say } of troubles) {
    if (!when(codes, text)) continue
    return new ClusterTrouble(say({ at, text, names: namesIn(chain, text), connection }), code)
  }
  const said = answered?.said
  const words = said ?? answered?.message ?? String(error)
  const named = code === undefined || words === code ? '' : ` (${code})`
  return new ClusterTrouble(`The cluster at ${at} answers: ${words}${named}`, code, said)
}

interface Known extends Error {
  code?: string
  /** Of Node's TLS. */
  cert?: { subjectaltname?: string }
  errors?: unknown[]
}

/** An error and everything that it was made of, the outermost first. */
function* chainOf(error: unknown): Generator<Known> {
  if (!(error instanceof Error)) return
  const known = error as Known
  yield known
  for (const inner of [...(known.errors ?? []), known.cause]) yield* chainOf(inner)
}

interface Circumstances {
  at: string
  text: string
  /** Of a certificate that is for another name. */
  names: string
  connection: ClusterAddress
}

interface Trouble {
  when: (codes: readonly string[], text: string) => boolean
  say: (circumstances: Circumstances) => string
}

const has =
  (...names: string[]) =>
  (codes: readonly string[]): boolean =>
    codes.some((code) => names.includes(code))
const says =
  (...patterns: RegExp[]) =>
  (_: readonly string[], text: string): boolean =>
    patterns.some((pattern) => pattern.test(text))
const either =
  (...tests: Trouble['when'][]): Trouble['when'] =>
  (codes, text) =>
    tests.some((test) => test(codes, text))

/** What a message about a connection ends with. */
export const moreByCheck = 'npx kafka-testkit cluster check says more' as const

/** The first that fits is told: what is wrong with TLS comes before "the connection was closed", which follows from it. */
const troubles: readonly Trouble[] = [
  {
    when: either(has('ERR_TLS_CERT_ALTNAME_INVALID'), says(/does not match certificate's altnames/)),
    say: ({ at, names }) =>
      `TLS handshake failed: the certificate is for ${names}, you dialled ${hostOf(at)}. ` +
      'Dial the broker by a name of its certificate, or name the one that is right: ssl.servername (KAFKA_SSL_SERVERNAME).',
  },
  {
    when: either(
      has(
        'DEPTH_ZERO_SELF_SIGNED_CERT',
        'SELF_SIGNED_CERT_IN_CHAIN',
        'UNABLE_TO_VERIFY_LEAF_SIGNATURE',
        'UNABLE_TO_GET_ISSUER_CERT',
        'UNABLE_TO_GET_ISSUER_CERT_LOCALLY',
      ),
      says(/self.signed certificate|unable to (verify|get).*certificate/i),
    ),
    say: ({ at }) =>
      `TLS handshake failed: the certificate of ${at} is signed by an authority that isn't known here. ` +
      'Name its certificate as PEM: ssl.ca (KAFKA_SSL_CA).',
  },
  {
    when: either(has('CERT_HAS_EXPIRED'), says(/certificate has expired/)),
    say: ({ at }) => `TLS handshake failed: the certificate of ${at} has expired. It has to be renewed on the broker.`,
  },
  {
    when: says(/alert (bad certificate|certificate required|unknown ca|handshake failure)|alert number (42|48|116)/i),
    say: ({ at }) =>
      `TLS handshake failed: ${at} refuses this client's certificate, or wants one. ` +
      'Set ssl.cert and ssl.key (KAFKA_SSL_CERT, KAFKA_SSL_KEY) to one that its authority has signed.',
  },
  {
    when: either(
      has('EPROTO', 'ERR_SSL_WRONG_VERSION_NUMBER', 'ERR_SSL_PACKET_LENGTH_TOO_LONG'),
      says(/wrong version number|packet length too long|SSL routines|before secure TLS connection/i),
    ),
    say: ({ at }) =>
      `TLS handshake failed: ${at} speaks no TLS there. Leave ssl out (KAFKA_SSL), or dial the port of its TLS listener.`,
  },
  {
    when: has('TLS_REQUIRED'),
    say: ({ at }) => `${at} wants TLS: set ssl in the config, or KAFKA_SSL=true.`,
  },
  {
    when: has('UNSUPPORTED_SASL_MECHANISM'),
    say: ({ at, connection: { sasl } }) =>
      `${at} doesn't offer the SASL mechanism ${sasl ? sasl.mechanism : '(none)'}: set sasl.mechanism (KAFKA_SASL_MECHANISM) to one that is enabled there.`,
  },
  {
    when: has('SASL_AUTHENTICATION_FAILED'),
    say: ({ at, connection: { sasl } }) =>
      `${at} refuses ${sasl && 'username' in sasl ? `the user "${sasl.username}"` : 'the credentials'} ` +
      `(${sasl ? sasl.mechanism : 'no SASL'}): ${sasl ? 'its name or its secret is wrong. They come from sasl in the config, or KAFKA_SASL_*.' : 'it wants SASL. Set sasl in the config, or KAFKA_SASL_MECHANISM and KAFKA_SASL_*.'}`,
  },
  {
    when: has('TOPIC_AUTHORIZATION_FAILED'),
    say: ({ connection }) =>
      `${who(connection)} may not do this with the topic (TOPIC_AUTHORIZATION_FAILED): it needs an ACL for it, or the tests a prefix that it may use (prefix in the cluster's config).`,
  },
  {
    when: has('GROUP_AUTHORIZATION_FAILED'),
    say: ({ connection }) =>
      `${who(connection)} may not use the consumer group (GROUP_AUTHORIZATION_FAILED): it needs an ACL for it, or the tests a prefix that it may use (prefix in the cluster's config).`,
  },
  {
    when: has('CLUSTER_AUTHORIZATION_FAILED'),
    say: ({ connection }) =>
      `${who(connection)} may not do this on the cluster (CLUSTER_AUTHORIZATION_FAILED): it needs an ACL for it.`,
  },
  {
    when: has('NOT_KAFKA'),
    say: ({ at }) => `What listens on ${at} does not speak the protocol of Kafka: is it the right port?`,
  },
  {
    when: has('ENOTFOUND', 'EAI_AGAIN'),
    say: ({ at }) =>
      `The host name of ${at} can't be resolved here. If it is what the broker advertises, its advertised.listeners must be a name that this machine knows (${moreByCheck}).`,
  },
  {
    when: has('ECONNREFUSED'),
    say: ({ at }) => `Nothing listens on ${at}: the connection was refused. Is the cluster running (${moreByCheck})?`,
  },
  {
    when: has('ETIMEDOUT', 'EHOSTUNREACH', 'ENETUNREACH'),
    say: ({ at }) => `${at} doesn't answer. Is it up, and does a firewall let this machine through (${moreByCheck})?`,
  },
  {
    when: has('ECONNRESET', 'EPIPE'),
    say: ({ at, connection: { ssl, sasl } }) => {
      const missing = [...(ssl ? [] : ['TLS (ssl, KAFKA_SSL)']), ...(sasl ? [] : ['SASL (sasl, KAFKA_SASL_MECHANISM)'])]
      const why = missing.length === 0 ? 'did it go down' : `did it go down, or does it want ${missing.join(' or ')}`
      return `${at} closes the connection: ${why}? (${moreByCheck})`
    },
  },
]

function who({ sasl }: ClusterAddress): string {
  return sasl && 'username' in sasl ? `The user "${sasl.username}"` : 'This client'
}

/** Of the certificate, or of Node's words: "Host: localhost. is not in the cert's altnames: DNS:kafka-1". */
function namesIn(chain: readonly Known[], text: string): string {
  const names =
    chain.find(({ cert }) => cert?.subjectaltname !== undefined)?.cert?.subjectaltname ??
    /(?:cert's altnames|cert's list|cert's CN): ([^;]*)/.exec(text)?.[1] ??
    ''
  return names.replaceAll(/DNS:|IP Address:/g, '').trim() || 'another name'
}

function hostOf(address: string): string {
  return address.replace(/:\d+$/, '')
}
