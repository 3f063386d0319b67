/** An embedded broker that listens. */
export interface Broker {
  readonly host: string
  readonly port: number
  /** Its address as clients take it: one `host:port`. */
  readonly brokers: readonly string[]
  /** Closes every connection; its records are gone. Nothing of it keeps the process alive afterwards. */
  close(): Promise<void>
  [Symbol.asyncDispose](): Promise<void>
}
