import { randomBytes } from 'node:crypto'

/** A random word a slot: what must not arrive anywhere. Letters only at its start, so that it may be any name. */
export function plant<Slot extends string>(slots: readonly Slot[]): Record<Slot, string> {
  const word = (): string => `c${randomBytes(12).toString('hex')}`
  return Object.fromEntries(slots.map((slot) => [slot, word()])) as Record<Slot, string>
}

/** The slots whose word, or the beginning of it, is in a text: plain, URL or JSON escaped, base64, hex, decimal. */
export function findCanaries(planted: Record<string, string>, text: string): string[] {
  const plain = text.replaceAll(/\\u00([0-9a-f]{2})|%([0-9a-f]{2})/gi, (_, json, url) =>
    String.fromCharCode(Number.parseInt(json ?? url, 16)),
  )
  const dense = plain.replaceAll(/[\s,:-]/g, '')
  return Object.entries(planted)
    .filter(([, word]) => {
      const start = word.slice(0, 10)
      const written = [start, Buffer.from(start).toString('hex'), [...Buffer.from(start)].join(''), ...base64(start)]
      return written.some((form) => dense.toLowerCase().includes(form.toLowerCase()))
    })
    .map(([slot]) => slot)
}

/** At each of the three offsets that a text may have in base64, without the characters that its neighbours touch. */
function base64(text: string): string[] {
  return [0, 1, 2].map((offset) => {
    const written = Buffer.from(' '.repeat(offset) + text).toString('base64url')
    return written.slice(offset === 0 ? 0 : offset + 1, Math.floor(((offset + text.length) * 8) / 6))
  })
}
