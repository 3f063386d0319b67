import type { Cluster } from '../cluster/cluster.ts'
import type { Switches } from '../redaction/redaction.ts'
import type { CheckLine, EventLine, RecordLine, TaskLine, TopicConfiguration } from './model.ts'

/** What a worker writes to its spool: the model's lines, and where each attempt of a test began and ended. */
export type SpoolLine =
  | AttemptLine
  /** More is redacted from here on, and so in what the attempt left before. */
  | ({ type: 'redact'; test: string; attempt: number; file: string } & Switches)
  | { type: 'attempt end'; test: string; attempt: number; duration: number; told?: Told }
  | TaskLine
  | EventLine
  | RecordLine
  | CheckLine
  | TopicsLine

/** What a test file's cluster knows of topics that nobody can ask it for once the run has ended. */
export interface TopicsLine {
  type: 'topics'
  kind: Cluster['kind']
  /** Of a real cluster. */
  brokers: readonly string[]
  topics: readonly TopicConfiguration[]
}

interface AttemptLine {
  type: 'attempt'
  test: string
  attempt: number
  startedAt: number
  file: string
  name: string
  /** It never touched Kafka: the line is there for its time and what was told of it. */
  idle?: boolean
}

/** What the runner's own results don't say of an attempt, where a test has several. */
export interface Told {
  /** Which repetition of the test it belongs to, from 0. */
  repeat?: number
  /** How many errors the attempts before it had: Vitest 4 has those of all in one list. */
  errorsBefore?: number
  /** Its own errors: Jest forgets them when it tries again. */
  errors?: { name: string; message: string }[]
}

/** Takes the lines of a worker. Writing must never fail a test. */
export interface Recorder {
  write(line: SpoolLine): void
  /** Everything written so far is in the file when it returns; called at a test's end. */
  flush(): void
}

/** The recorder of a worker, for one test file after the other. */
export interface FileRecorder extends Recorder {
  /** The test file has ended: nothing of it stays open. What comes later is written all the same. */
  close(): void
}

/** For runs without a reporter. */
export const noRecorder: FileRecorder = { write() {}, flush() {}, close() {} }

/** Of an attempt so many records are kept: evidence, not an archive. */
export const RECORDS_KEPT = 200
