import type { EffectiveConfig } from '../configs/topic.ts'
import { ErrorCode } from '../protocol/errors.ts'
import {
  type BatchView,
  decodeRecords,
  InvalidRecordsError,
  type LogRecord,
  magicOf,
  readBatches,
  BatchView as View,
} from './batch.ts'
import { batchOfMessageSet } from './message-set.ts'

/** What is wrong with single records of a batch, from Produce version 8 on (KIP-467). */
export interface RecordError {
  readonly batchIndex: number
  readonly batchIndexErrorMessage: string
}

/** Records that the log doesn't take, with Kafka's error code. */
export class RejectedRecords extends Error {
  override name = 'RejectedRecords'
  readonly errorCode: number
  readonly recordErrors: readonly RecordError[]

  constructor(errorCode: number, message: string, recordErrors: readonly RecordError[] = []) {
    super(message)
    this.errorCode = errorCode
    this.recordErrors = recordErrors
  }

  /** Only of single records Kafka says more than a code. */
  get answer(): { errorCode: number; errorMessage: string | null; recordErrors: readonly RecordError[] } {
    const { errorCode, recordErrors } = this
    return { errorCode, errorMessage: recordErrors.length > 0 ? this.message : null, recordErrors }
  }
}

/** Produce versions from which batches (magic 2) come, and from which zstd may be used. */
const BATCHES_SINCE = 3
const ZSTD_SINCE = 7
const NO_TIMESTAMP = -1

/** What records are checked by. */
interface RecordChecks {
  readonly place: string
  readonly config: EffectiveConfig
  readonly time: number
  readonly readAll: boolean
}

/**
 * The batches of a partition's part of a Produce request, each checked as Kafka does; a message set of an old client
 * becomes one batch (Kafka: ProduceRequest#validateRecords, LogValidator). `time` is the present, `readAll` whether each
 * record is read although no config asks for it.
 *
 * @throws RejectedRecords
 */
export function acceptBatches(
  records: Buffer | null,
  { version, place, ...checks }: RecordChecks & { version: number },
): BatchView[] {
  const batches = version >= BATCHES_SINCE ? [onlyBatch(records, version)] : batchesOfOldClient(records)
  for (const batch of batches) {
    checkSize(batch, place, checks.config)
    checkHeader(batch, place)
    checkRecords(batch, { place, ...checks })
  }
  return batches
}

function onlyBatch(records: Buffer | null, version: number): BatchView {
  if (records === null || records.length === 0) {
    throw invalid(`Produce requests with version ${version} must have at least one record batch per partition`)
  }
  if (records.length > 16 && magicOf(records) !== 2) {
    throw invalid(
      `Produce requests with version ${version} are only allowed to contain record batches with magic version 2`,
    )
  }
  const [batch, ...others] = reading(() => readBatches(records))
  if (others.length > 0) {
    throw invalid(
      `Produce requests with version ${version} are only allowed to contain exactly one record batch per partition`,
    )
  }
  if (version < ZSTD_SINCE && batch!.compression === 'zstd') {
    throw new RejectedRecords(
      ErrorCode.UNSUPPORTED_COMPRESSION_TYPE,
      `Produce requests with version ${version} are not allowed to use ZStandard compression`,
    )
  }
  return batch!
}

function batchesOfOldClient(records: Buffer | null): BatchView[] {
  if (records === null || records.length === 0) return []
  return reading(() => (magicOf(records) === 2 ? readBatches(records) : [new View(batchOfMessageSet(records))]))
}

/** What can't be read is invalid (Kafka: DefaultRecord#readFrom), what can't be decompressed is an error of the server there. */
function recordsOf({ bytes }: BatchView): LogRecord[] {
  try {
    return decodeRecords(bytes)
  } catch (error) {
    const { message } = error as Error
    if (error instanceof InvalidRecordsError) throw invalid(message)
    throw new RejectedRecords(ErrorCode.UNKNOWN_SERVER_ERROR, message)
  }
}
/** Runs a reader of bytes that a client wrote: whatever it throws is the client's fault. */
function reading<T>(read: () => T): T {
  try {
    return read()
  } catch (error) {
    const { message } = error as Error
    const corrupt = !(error instanceof InvalidRecordsError) || error.reason === 'corrupt'
    throw new RejectedRecords(corrupt ? ErrorCode.CORRUPT_MESSAGE : ErrorCode.INVALID_RECORD, message)
  }
}

function checkSize({ bytes }: BatchView, place: string, { maxMessageBytes }: EffectiveConfig): void {
  if (bytes.length <= maxMessageBytes) return
  throw new RejectedRecords(
    ErrorCode.MESSAGE_TOO_LARGE,
    `The record batch size in the append to ${place} is ${bytes.length} bytes which exceeds the maximum configured ` +
      `value of ${maxMessageBytes}.`,
  )
}

function checkHeader(batch: BatchView, place: string): void {
  reading(() => batch.compression)
  if (batch.isControl) throw invalid('Clients are not allowed to write control records')
  if (batch.producerId >= 0 && batch.baseSequence < 0) {
    throw invalid(
      `Invalid sequence number ${batch.baseSequence} in record batch with producerId ${batch.producerId} for ` +
        `partition ${place}`,
    )
  }
}

/** Records are looked into only where a config asks for it; else a batch is stored unopened. */
function checkRecords(batch: BatchView, { place, config, time, readAll }: RecordChecks): void {
  const earliest = time - config.timestampBeforeMaxMs
  const latest = time + config.timestampAfterMaxMs
  const early = !config.logAppendTime && earliest > 0
  const late = !config.logAppendTime && batch.maxTimestamp > latest
  if (!early && !late && !config.compacted && !readAll) return
  const timeErrors: RecordError[] = []
  const keyErrors: RecordError[] = []
  recordsOf(batch).forEach(({ timestamp, key }, batchIndex) => {
    if (config.compacted && key === null) {
      const batchIndexErrorMessage = `Compacted topic cannot accept message without key in topic partition ${place}`
      keyErrors.push({ batchIndex, batchIndexErrorMessage })
    } else if ((early || late) && timestamp !== NO_TIMESTAMP && (timestamp < earliest || timestamp > latest)) {
      const batchIndexErrorMessage =
        `Timestamp ${timestamp} of message with offset ${batchIndex} is out of range. The timestamp should be within ` +
        `[${Math.max(earliest, 0)}, ${latest}]`
      timeErrors.push({ batchIndex, batchIndexErrorMessage })
    }
  })
  if (keyErrors.length > 0) throw rejectedFor(ErrorCode.INVALID_RECORD, keyErrors)
  if (timeErrors.length > 0) throw rejectedFor(ErrorCode.INVALID_TIMESTAMP, timeErrors)
}

function rejectedFor(errorCode: number, errors: readonly RecordError[]): RejectedRecords {
  const first = errors
    .slice(0, 3)
    .map(
      ({ batchIndex, batchIndexErrorMessage: message }) =>
        `RecordError(batchIndex=${batchIndex}, message='${message}')`,
    )
  const cause =
    errorCode === ErrorCode.INVALID_TIMESTAMP
      ? 'invalid timestamp'
      : `${errors.length} record errors in total, and only showing the first three errors at most: [${first.join(', ')}]`
  return new RejectedRecords(errorCode, `One or more records have been rejected due to ${cause}`, errors)
}

function invalid(message: string): RejectedRecords {
  return new RejectedRecords(ErrorCode.INVALID_RECORD, message)
}
