import type { Context } from '../api.ts'
import { RejectedRecords } from '../log/accept.ts'
import type { BatchView } from '../log/batch.ts'
import type { Partition } from '../log/partition.ts'
import { ErrorCode } from '../protocol/errors.ts'

/** The version of Produce from which what is written takes part by itself (KIP-890). */
const VERSION_2 = 12
/** The version of Produce whose clients know TRANSACTION_ABORTABLE. */
const ABORTABLE_SINCE = 11

/** By a version of Produce how transactions are. */
export function transactionVersion(version: number): 'classic' | 'version 2' {
  return version >= VERSION_2 ? 'version 2' : 'classic'
}

/**
 * Makes sure that a partition takes part in the transaction of a batch: it is added by version 2, else it must have been
 * before (Kafka: AddPartitionsToTxnManager).
 *
 * @throws RejectedRecords
 */
export function joinTransaction(
  partition: Partition,
  { producerId, producerEpoch }: BatchView,
  transactionalId: string | null,
  context: Context,
): void {
  if (transactionalId === null) {
    throw new RejectedRecords(ErrorCode.TRANSACTIONAL_ID_AUTHORIZATION_FAILED, 'nobody says of which transaction it is')
  }
  const { version } = context
  const { transactions } = context.broker
  const claim = { transactionalId, producerId, producerEpoch }
  const isAdded = transactionVersion(version) === 'version 2'
  const errorCode = isAdded ? transactions.add(claim, [partition], context) : transactions.verify(claim, partition)
  if (errorCode !== ErrorCode.NONE) throw new RejectedRecords(asProducersKnow(errorCode, version), WHY)
}

const WHY = 'Partition was not added to the transaction'

/** Who is fenced hears the error that there was before there was one for it. */
function asProducersKnow(errorCode: number, version: number): number {
  if (errorCode === ErrorCode.PRODUCER_FENCED) return ErrorCode.INVALID_PRODUCER_EPOCH
  const isUnknown = errorCode === ErrorCode.TRANSACTION_ABORTABLE && version < ABORTABLE_SINCE
  return isUnknown ? ErrorCode.INVALID_TXN_STATE : errorCode
}
