import { type Api, api } from '../api.ts'
import { features } from '../features.ts'
import { apiTable, type Encodable, type Messages } from '../protocol/codec.ts'
import { ErrorCode } from '../protocol/errors.ts'

type Response = Encodable<Messages['ApiVersions']['response']>

/** What a client may call itself (Kafka: ApiVersionsRequest#isValid). */
const SOFTWARE = /^[a-zA-Z0-9](?:[a-zA-Z0-9\-.]*[a-zA-Z0-9])?$/

/**
 * ApiVersions (18), versions 0 to 4: the APIs that are served, and in which versions. Clients send it first; from version
 * 3 on they tell their name and version, which must be plain ones (KIP-511), and hear of the cluster's features (KIP-584).
 */
export const apiVersions: Api<'ApiVersions'> = api(
  'ApiVersions',
  [0, 4],
  ({ clientSoftwareName: name, clientSoftwareVersion }, { broker, connection, version }): Response => {
    if (version >= 3) {
      if (!SOFTWARE.test(name) || !SOFTWARE.test(clientSoftwareVersion)) return { errorCode: ErrorCode.INVALID_REQUEST }
      connection.software = { name, version: clientSoftwareVersion }
    }
    return { errorCode: ErrorCode.NONE, apiKeys: broker.apis.map(served), ...featuresFor(version) }
  },
)

/** From version 3. A lowest level of 0 is a word that only clients of version 4 know. */
function featuresFor(version: number) {
  const known = features.filter(({ levels: [lowest] }) => version >= 4 || lowest > 0)
  return {
    supportedFeatures: known.map(({ name, levels: [minVersion, maxVersion] }) => ({ name, minVersion, maxVersion })),
    finalizedFeaturesEpoch: 0,
    finalizedFeatures: features.map(({ name, level }) => ({ name, maxVersionLevel: level, minVersionLevel: level })),
  }
}

/** The answer, in version 0, to a client that speaks versions of ApiVersions that the broker doesn't know (KIP-511). */
export function unsupportedApiVersions(): Response {
  return { errorCode: ErrorCode.UNSUPPORTED_VERSION, apiKeys: [served(apiVersions)] }
}

function served({ name, versions: [minVersion, maxVersion] }: Pick<Api, 'name' | 'versions'>) {
  return { apiKey: apiTable(name).key, minVersion, maxVersion }
}
