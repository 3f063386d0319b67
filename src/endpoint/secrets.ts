import { createHash, randomBytes } from 'node:crypto'

/** 256 random bits: nothing to guess, so a plain hash keeps them as well as a slow one would. */
export function newSecret(prefix: 'ktk' | 'kts' | 'ktl'): string {
  return `${prefix}_${randomBytes(32).toString('base64url')}`
}

export function hashOf(secret: string): string {
  return createHash('sha256').update(secret).digest('hex')
}
