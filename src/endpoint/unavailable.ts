/** Codes of what passes: a disk that is full, a database that restarts or has no connection left. */
const codes = new Set([
  'ENOSPC',
  'EDQUOT',
  'EMFILE',
  'ENFILE',
  'ECONNREFUSED',
  'ECONNRESET',
  'EPIPE',
  'ETIMEDOUT',
  'EHOSTUNREACH',
  'ENOTFOUND',
  'EAI_AGAIN',
  // PostgreSQL: https://www.postgresql.org/docs/current/errcodes-appendix.html
  '53100',
  '53200',
  '53300',
  '57P01',
  '57P02',
  '57P03',
  '40P01',
])
/** SQLite's SQLITE_BUSY, SQLITE_IOERR and SQLITE_FULL: https://sqlite.org/rescode.html */
const sqliteCodes = new Set([5, 10, 13])

/** Whether the store may work again in a while, so that who uploads should come again. */
export function isUnavailable(error: Error): boolean {
  const { code, errcode, message } = error as Error & { code?: string; errcode?: number }
  if (code !== undefined && codes.has(code)) return true
  if (errcode !== undefined && sqliteCodes.has(errcode & 0xff)) return true
  // pg has no code for these.
  return /^Connection terminated|^timeout exceeded when trying to connect/.test(message)
}
