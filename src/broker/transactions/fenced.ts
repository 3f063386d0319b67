import { ErrorCode } from '../protocol/errors.ts'

/** The version of AddPartitionsToTxn, AddOffsetsToTxn and EndTxn from which a fenced producer has an error of its own. */
const FENCED_SINCE = 2

/** An error code as clients of a version know it. */
export function asKnownIn(version: number, errorCode: number): number {
  const isUnknown = version < FENCED_SINCE && errorCode === ErrorCode.PRODUCER_FENCED
  return isUnknown ? ErrorCode.INVALID_PRODUCER_EPOCH : errorCode
}
