import type { ResolvedConfig } from './config.ts'

/** What a worker must know of the config. Plain data only: it crosses threads and processes. */
export interface WorkerOptions
  extends Pick<ResolvedConfig, 'timeout' | 'within' | 'broker' | 'environment' | 'variables' | 'redact'> {
  root: string
}

export function workerOptions(
  { timeout, within, broker, environment, variables, redact }: ResolvedConfig,
  root: string,
): WorkerOptions {
  return { root, timeout, within, broker, environment, variables, redact }
}
