import { type Api, api } from '../api.ts'
import { ErrorCode } from '../protocol/errors.ts'

const NONE = -1

/** Kafka's transaction.max.timeout.ms. */
const LONGEST_TRANSACTION_MS = 900_000

/** The version from which a fenced producer is told so by an error of its own. */
const FENCED_SINCE = 4

/**
 * InitProducerId (22), versions 0 to 5: gives an idempotent producer its id, a transactional one its id and a newer epoch
 * than all before it; what one of them left open is aborted. From version 3 on the producer may say who it was: if that
 * isn't the newest it is PRODUCER_FENCED (Kafka: TransactionCoordinator#handleInitProducerId).
 */
export const initProducerId: Api<'InitProducerId'> = api(
  'InitProducerId',
  [0, 5],
  ({ transactionalId, transactionTimeoutMs, ...before }, { broker: { producerIds, transactions }, version }) => {
    const refuse = (errorCode: number) => ({ errorCode, producerId: NONE, producerEpoch: NONE })
    if (transactionalId === null) return { errorCode: ErrorCode.NONE, ...producerIds.create() }
    if (transactionalId === '') return refuse(ErrorCode.INVALID_REQUEST)
    if (transactionTimeoutMs <= 0 || transactionTimeoutMs > LONGEST_TRANSACTION_MS) {
      return refuse(ErrorCode.INVALID_TRANSACTION_TIMEOUT)
    }
    const { producerId, producerEpoch } = before
    const answer = transactions.init(transactionalId, transactionTimeoutMs, { producerId, producerEpoch })
    const isOld = version < FENCED_SINCE && answer.errorCode === ErrorCode.PRODUCER_FENCED
    return isOld ? refuse(ErrorCode.INVALID_PRODUCER_EPOCH) : answer
  },
)
