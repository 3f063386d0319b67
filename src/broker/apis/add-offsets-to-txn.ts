import { type Api, api } from '../api.ts'
import { asKnownIn } from '../transactions/fenced.ts'
import { offsetsPartitionOf } from '../transactions/offsets-partition.ts'

/**
 * AddOffsetsToTxn (25), versions 0 to 4: a producer's transaction is going to commit offsets of a group
 * (Kafka: KafkaApis#handleAddOffsetsToTxnRequest).
 */
export const addOffsetsToTxn: Api<'AddOffsetsToTxn'> = api(
  'AddOffsetsToTxn',
  [0, 4],
  ({ groupId, ...claim }, context) => {
    const { broker, version } = context
    const errorCode = broker.transactions.add(claim, [offsetsPartitionOf(broker, groupId)], context)
    return { errorCode: asKnownIn(version, errorCode) }
  },
)
