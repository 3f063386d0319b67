/** Part of a text that may be data in another form: where it stands, and the bytes that it stands for. */
export interface Run {
  start: number
  end: number
  decoded: string
}

/*
 * Texts and bytes are compared as strings with one character a byte ("latin1"), so that no form needs a way of its own.
 */
export function bytesOf(text: string): string {
  return Buffer.from(text).toString('latin1')
}

export function textOf(bytes: string): string {
  return Buffer.from(bytes, 'latin1').toString()
}

/** Everything in a text that may stand for other bytes: hex, decimals, base64, escapes of URLs, JSON and JavaScript. */
export function runsOf(text: string): Run[] {
  return decoders.flatMap(({ pattern, decode }) =>
    [...text.matchAll(pattern)].flatMap((match) =>
      decode(match[0]).map((decoded) => ({ start: match.index, end: match.index + match[0].length, decoded })),
    ),
  )
}

interface Decoder {
  pattern: RegExp
  decode(text: string): string[]
}

const hex: Decoder = {
  // "6f 2d 31", "6f:2d:31" and "6f2d31"; a run may begin in the middle of a byte.
  pattern: /(?:[0-9a-f]{2}[\s:,+-]{0,4}){3,}[0-9a-f]?/gi,
  decode(text) {
    const digits = text.replaceAll(/[^0-9a-f]/gi, '')
    return [digits, digits.slice(1)].map((one) => Buffer.from(one, 'hex').toString('latin1'))
  },
}

const decimal: Decoder = {
  // As arrays are printed, on one line or one a line, also with their indexes and the signs of a diff.
  pattern: /(?:(?:"?\d{1,7}"?:\s*)?\b\d{1,3}\b[\s,+[\]-]*){3,}/g,
  decode: (text) => {
    const numbers = text.replaceAll(/"?\d{1,7}"?:/g, '').match(/\d+/g) ?? []
    return [Buffer.from(numbers.map(Number)).toString('latin1')]
  },
}

const base64: Decoder = {
  pattern: /[A-Za-z0-9+/_-]{4,}/g,
  decode: (text) => [0, 1, 2, 3].map((offset) => Buffer.from(text.slice(offset), 'base64').toString('latin1')),
}

const url: Decoder = {
  pattern: /[^\s"'<>]*(?:%[0-9a-f]{2}|\+)[^\s"'<>]*/gi,
  decode: (text) => [
    text
      .replaceAll('+', ' ')
      .replaceAll(/%([0-9a-f]{2})/gi, (_, code: string) => String.fromCharCode(Number.parseInt(code, 16))),
  ],
}

const escapes: Readonly<Record<string, string>> = { n: '\n', r: '\r', t: '\t', b: '\b', f: '\f', v: '\v', 0: '\0' }

const escaped: Decoder = {
  pattern: /[^\n]*\\[^\n]*/g,
  decode: (text) => {
    const once = unescaped(text)
    // JSON in JSON is escaped twice.
    return once.includes('\\') ? [once, unescaped(once)] : [once]
  },
}

function unescaped(text: string): string {
  return text.replaceAll(
    /(?:\\u[0-9a-f]{4})+|\\u\{([0-9a-f]+)\}|\\x([0-9a-f]{2})|\\(.)/gi,
    (all: string, point?: string, byte?: string, one?: string) => {
      if (point !== undefined) return bytesOf(String.fromCodePoint(Math.min(0x10ffff, Number.parseInt(point, 16))))
      if (byte !== undefined) return String.fromCharCode(Number.parseInt(byte, 16))
      if (one !== undefined) return escapes[one] ?? one
      // Together, as two of them may be one character.
      return bytesOf(
        String.fromCharCode(...(all.match(/[0-9a-f]{4}/gi) ?? []).map((code) => Number.parseInt(code, 16))),
      )
    },
  )
}

const decoders: readonly Decoder[] = [hex, decimal, base64, url, escaped]
