import type { LogEntry } from 'kafkajs'
import { kafkajs } from './kafkajs.ts'

/**
 * How a client that a test holds logs: errors, each a readable line, until the test ends. What kafkajs calls an error on
 * a connection ("the group is rebalancing") is its daily work, and it throws or logs again what it can't mend; so that
 * is left out unless `KAFKAJS_LOG_LEVEL`, kafkajs's own variable, asks for more.
 */
export function printErrors(isOver: () => boolean): (level: number) => (entry: LogEntry) => void {
  return () =>
    ({ namespace, level, label, log }) => {
      const asked = process.env.KAFKAJS_LOG_LEVEL !== undefined
      if (!asked && (isOver() || namespace === 'Connection' || level > kafkajs().logLevel.ERROR)) return
      const { message, stack, timestamp: _, logger: __, ...details } = log
      const rest = asked ? ` ${JSON.stringify(details)}` : ''
      console.error(`kafkajs ${label} [${namespace}] ${message}${rest}${typeof stack === 'string' ? `\n${stack}` : ''}`)
    }
}
