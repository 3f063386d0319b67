import { timingSafeEqual } from 'node:crypto'
import { hashOf, newSecret } from '../secrets.ts'

/**
 * The link that is printed, as notebooks do: whoever can read the terminal may read the runs. It works once; what it was
 * exchanged for is a session.
 */
export class OneTimeLink {
  readonly #onUsed: () => void
  #hash = ''

  /** `onUsed` hears that another link is wanted for the next browser. */
  constructor(onUsed: () => void) {
    this.#onUsed = onUsed
  }

  /** A secret for a link, in the place of the one before. */
  renew(): string {
    const secret = newSecret('ktl')
    this.#hash = hashOf(secret)
    return secret
  }

  /** Whether this is the secret, which from then on is none. */
  take(secret: string): boolean {
    const isRight = this.#hash !== '' && timingSafeEqual(Buffer.from(hashOf(secret)), Buffer.from(this.#hash))
    if (!isRight) return false
    this.#hash = ''
    this.#onUsed()
    return true
  }
}
