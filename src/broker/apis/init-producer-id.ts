import { type Api, api } from '../api.ts'
import { ErrorCode } from '../protocol/errors.ts'
import { unservedTransactions } from '../unserved.ts'

const NONE = -1

/** Kafka's transaction.max.timeout.ms. */
const LONGEST_TRANSACTION_MS = 900_000

/**
 * InitProducerId (22), versions 0 to 5: gives an idempotent producer its id (Kafka:
 * TransactionCoordinator#handleInitProducerId). The producer of a transactional id is refused, since there are no
 * transactions: by the one error that every client takes for final (librdkafka goes on for a minute at any other).
 */
export const initProducerId: Api<'InitProducerId'> = api(
  'InitProducerId',
  [0, 5],
  ({ transactionalId, transactionTimeoutMs }, { broker: { producerIds }, connection }) => {
    const refuse = (errorCode: number) => ({ errorCode, producerId: NONE, producerEpoch: NONE })
    if (transactionalId === null) return { errorCode: ErrorCode.NONE, ...producerIds.create() }
    if (transactionalId === '') return refuse(ErrorCode.INVALID_REQUEST)
    if (transactionTimeoutMs <= 0 || transactionTimeoutMs > LONGEST_TRANSACTION_MS) {
      return refuse(ErrorCode.INVALID_TRANSACTION_TIMEOUT)
    }
    connection.refused(unservedTransactions(transactionalId))
    return refuse(ErrorCode.TRANSACTIONAL_ID_AUTHORIZATION_FAILED)
  },
)
