import { type Api, api } from '../api.ts'
import { ErrorCode } from '../protocol/errors.ts'

const NONE = -1

/** Kafka's transaction.max.timeout.ms. */
const LONGEST_TRANSACTION_MS = 900_000

/**
 * InitProducerId (22), versions 0 to 5: gives an idempotent producer its id, and the producer of a transactional id a
 * higher epoch than the one before, which is fenced off by it. A producer that tells its id and epoch (version 3, KIP-360)
 * must be that of the transactional id (Kafka: TransactionCoordinator#handleInitProducerId).
 */
export const initProducerId: Api<'InitProducerId'> = api(
  'InitProducerId',
  [0, 5],
  ({ transactionalId, transactionTimeoutMs, producerId, producerEpoch }, { broker: { producerIds }, connection }) => {
    const refuse = (errorCode: number) => ({ errorCode, producerId: NONE, producerEpoch: NONE })
    if (transactionalId === null) return producerIds.create()
    // A client looks in ApiVersions for what it needs next, and goes without a word: this is the last that is heard of it.
    connection.refused(
      `the client wants transactions (transactional.id ${JSON.stringify(transactionalId)}), which this broker doesn't ` +
        'have yet: docs/embedded-broker.md lists what it has',
    )
    if (transactionalId === '') return refuse(ErrorCode.INVALID_REQUEST)
    if (transactionTimeoutMs <= 0 || transactionTimeoutMs > LONGEST_TRANSACTION_MS) {
      return refuse(ErrorCode.INVALID_TRANSACTION_TIMEOUT)
    }
    const current = producerIds.current(transactionalId)
    if (current !== undefined && producerId !== NONE) {
      const fenced = producerId !== current.producerId || producerEpoch !== current.producerEpoch
      if (fenced) return refuse(ErrorCode.PRODUCER_FENCED)
    }
    return producerIds.forTransactionalId(transactionalId)
  },
)
