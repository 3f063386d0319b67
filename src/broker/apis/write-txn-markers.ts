import { type Api, api } from '../api.ts'
import { ErrorCode } from '../protocol/errors.ts'
import { writeMarker } from '../transactions/markers.ts'

/**
 * WriteTxnMarkers (27), version 1: ends a producer's transaction in single partitions. A coordinator says so to the
 * leaders; here only an administrator does, who aborts what hangs (KIP-664; Kafka: KafkaApis#handleWriteTxnMarkersRequest).
 */
export const writeTxnMarkers: Api<'WriteTxnMarkers'> = api(
  'WriteTxnMarkers',
  [1, 1],
  ({ markers }, { broker, clientId }) => ({
    markers: markers.map(({ topics, transactionResult: committed, ...identity }) => ({
      producerId: identity.producerId,
      topics: topics.map(({ name, partitionIndexes }) => ({
        name,
        partitions: partitionIndexes.map((partitionIndex) => {
          const partition = broker.topics.get(name)?.partitions[partitionIndex]
          if (partition === undefined) return { partitionIndex, errorCode: ErrorCode.UNKNOWN_TOPIC_OR_PARTITION }
          const errorCode = partition.producers.markerError(identity)
          if (errorCode === ErrorCode.NONE) writeMarker(broker, partition, { ...identity, committed }, clientId)
          return { partitionIndex, errorCode }
        }),
      })),
    })),
  }),
)
