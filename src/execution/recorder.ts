import type { CheckLine, EventLine, RecordLine, TaskLine } from './model.ts'
import type { Switches } from './redaction/redaction.ts'

/** What a worker writes to its spool: the model's lines, and where each attempt of a test began and ended. */
export type SpoolLine =
  | { type: 'attempt'; test: string; attempt: number; startedAt: number; file: string; name: string }
  /** More is redacted from here on, and so in what the attempt left before. */
  | ({ type: 'redact'; test: string; attempt: number; file: string } & Switches)
  | { type: 'attempt end'; test: string; attempt: number; duration: number }
  | TaskLine
  | EventLine
  | RecordLine
  | CheckLine

/** Takes the lines of a worker. Writing must never fail a test. */
export interface Recorder {
  write(line: SpoolLine): void
  /** Everything written so far is in the file when it returns; called at a test's end. */
  flush(): void
}

/** For runs without a reporter. */
export const noRecorder: Recorder = { write() {}, flush() {} }

/** Of an attempt so many records are kept: evidence, not an archive. */
export const RECORDS_KEPT = 200
