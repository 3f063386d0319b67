/** Words for what a client says and this broker does not answer: each names the cause, since its client can't. */

const PAGE = 'docs/embedded-broker.md'

const HTTP_METHODS: ReadonlySet<string> = new Set([
  'GET ',
  'HEAD',
  'POST',
  'PUT ',
  'PATC',
  'DELE',
  'OPTI',
  'CONN',
  'PRI ',
])

/** What the client speaks, by the first four bytes of its connection, where that is not Kafka's protocol. */
export function otherLanguage(bytes: Buffer): string | undefined {
  // A TLS record that is a handshake (22), of SSL 3.0 to TLS 1.3 (RFC 8446, 5.1).
  if (bytes[0] === 22 && bytes[1] === 3 && bytes[2]! <= 4) {
    return "the client speaks TLS, this listener doesn't: turn TLS off in its settings for this broker (security.protocol=PLAINTEXT, ssl: false)"
  }
  if (HTTP_METHODS.has(bytes.toString('latin1'))) {
    return "the client speaks HTTP, this listener Kafka's protocol: is the request meant for a schema registry or another service?"
  }
  return undefined
}

/** A request of an API that this broker doesn't have. */
export function unservedApi(key: number, version: number): string {
  const name = names[key]
  if (name === undefined) return `API key ${key} (version ${version}) is not served`
  const feature = features.find(([, has]) => has.test(name))?.[0]
  const why = feature === undefined ? '' : `${feature} are not there yet; `
  return `${name} (API key ${key}, version ${version}) is not served: ${why}${PAGE} lists what is`
}

/** A request of a version that this broker doesn't have of the API. */
export function unservedVersion(name: string, version: number, [lowest, highest]: readonly [number, number]): string {
  const served = `${name} version ${version} is not served; the versions are ${lowest} to ${highest}`
  if (version < 0) return served
  return version < lowest
    ? `${served}. It is of a Kafka before 0.10: let the client ask for the versions (librdkafka: api.version.request), or name a newer Kafka (kafka-python: api_version)`
    : `${served}. The client did not go by what ApiVersions answered`
}

const features: readonly [feature: string, has: RegExp][] = [
  ['groups of the new protocol (KIP-848)', /ConsumerGroup/],
  ['share groups', /Share/],
  ['streams groups', /Streams/],
  ['access control lists', /Acls/],
  ['users and tokens', /DelegationToken|Scram/],
]

/** Kafka's other APIs, by their key (org.apache.kafka.common.protocol.ApiKeys, 4.1.1). */
const names: Readonly<Record<number, string>> = {
  4: 'LeaderAndIsr',
  5: 'StopReplica',
  6: 'UpdateMetadata',
  7: 'ControlledShutdown',
  29: 'DescribeAcls',
  30: 'CreateAcls',
  31: 'DeleteAcls',
  38: 'CreateDelegationToken',
  39: 'RenewDelegationToken',
  40: 'ExpireDelegationToken',
  41: 'DescribeDelegationToken',
  50: 'DescribeUserScramCredentials',
  51: 'AlterUserScramCredentials',
  57: 'UpdateFeatures',
  64: 'UnregisterBroker',
  68: 'ConsumerGroupHeartbeat',
  69: 'ConsumerGroupDescribe',
  71: 'GetTelemetrySubscriptions',
  72: 'PushTelemetry',
  76: 'ShareGroupHeartbeat',
  77: 'ShareGroupDescribe',
  78: 'ShareFetch',
  79: 'ShareAcknowledge',
  80: 'AddRaftVoter',
  81: 'RemoveRaftVoter',
  88: 'StreamsGroupHeartbeat',
  89: 'StreamsGroupDescribe',
  90: 'DescribeShareGroupOffsets',
  91: 'AlterShareGroupOffsets',
  92: 'DeleteShareGroupOffsets',
}
