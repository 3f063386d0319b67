import type { ApiVersions } from '../client/connection.ts'

/** The release of a broker: "4.4", where it tells its metadata version. */
export function releaseOf({ finalizedFeatures }: ApiVersions): string | undefined {
  const level = finalizedFeatures.find(({ name }) => name === 'metadata.version')?.maxVersionLevel
  if (level === undefined) return undefined
  return releases.find(([last]) => level <= last)?.[1] ?? 'newer than 4.4'
}

/** The last metadata version of each release (org.apache.kafka.server.common.MetadataVersion). */
const releases: readonly (readonly [level: number, release: string])[] = [
  [3, '3.2'],
  [7, '3.3'],
  [8, '3.4'],
  [11, '3.5'],
  [14, '3.6'],
  [19, '3.7'],
  [20, '3.8'],
  [21, '3.9'],
  [25, '4.0'],
  [27, '4.1'],
  [29, '4.2'],
  [30, '4.3'],
  [33, '4.4'],
]
