import type { ConfigDefinition } from './values.ts'

/** What may be configured of a topic or of the broker, what is, and what was set. */
export interface ConfigStore {
  /** What was set, over the defaults. */
  readonly set: ReadonlyMap<string, string>
  definition(name: string): ConfigDefinition | undefined
  /** The value in effect. */
  get(name: string): string | null | undefined
  /** Why this can't be set, or undefined. */
  error(name: string, value: string): { errorCode: number; message: string } | undefined
  /** Why these can't be set together, or undefined. */
  conflict(configs: ReadonlyMap<string, string>): string | undefined
  /** Takes the place of what was set before. */
  replace(configs: ReadonlyMap<string, string>): void
}
