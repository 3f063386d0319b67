type Level = 'info' | 'warn' | 'error'

/** One JSON object a line: what happened, never what was uploaded. */
export type Log = (level: Level, event: string, fields?: Record<string, unknown>) => void

export function jsonLog(write: (line: string) => void): Log {
  return (level, event, fields = {}) => {
    write(JSON.stringify({ time: new Date().toISOString(), level, event, ...fields }))
  }
}
