import type { Abilities } from '../client/configs.ts'

/** The first level of `metadata.version` of each release (Kafka: MetadataVersion), the newest first. */
const byMetadataVersion: readonly [level: number, release: string][] = [
  [31, '4.4'],
  [30, '4.3'],
  [28, '4.2'],
  [26, '4.1'],
  [22, '4.0'],
  [21, '3.9'],
  [20, '3.8'],
  [15, '3.7'],
  [12, '3.6'],
  [9, '3.5'],
  [8, '3.4'],
  [4, '3.3'],
]

/** The first release of versions of Fetch (Kafka: FetchRequest.json), the newest first. */
const byFetch: readonly [version: number, release: string][] = [
  [18, '4.1'],
  [17, '3.9'],
  [16, '3.7'],
  [14, '3.5'],
  [13, '3.1'],
  [12, '2.7'],
  [11, '2.3'],
  [10, '2.1'],
  [8, '2.0'],
]

const FETCH = 1

/**
 * Kafka's release as far as it can be told from outside, which is the least that it can be: a cluster may be newer than the
 * metadata version that has been finalized, and no API says how its software is called.
 */
export function kafkaVersion({ apis, features }: Abilities): { version: string | null; versionBy: string | null } {
  const level = features.find(({ name }) => name === 'metadata.version')?.level ?? 0
  const fetch = apis.get(FETCH) ?? 0
  const said = [
    { version: releaseOf(byMetadataVersion, level), versionBy: `metadata.version ${level}` },
    { version: releaseOf(byFetch, fetch), versionBy: `Fetch ${fetch}` },
  ]
  const known = said.filter((one): one is { version: string; versionBy: string } => one.version !== undefined)
  const [newest] = known.sort((a, b) => Number(b.version) - Number(a.version))
  return newest ?? { version: null, versionBy: null }
}

function releaseOf(releases: readonly [least: number, release: string][], number: number): string | undefined {
  return releases.find(([least]) => number >= least)?.[1]
}
