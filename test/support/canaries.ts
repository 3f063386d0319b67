import { createHmac, randomBytes } from 'node:crypto'
import { readdirSync, readFileSync } from 'node:fs'
import { join, relative } from 'node:path'
import { stripVTControlCharacters } from 'node:util'
import { gunzipSync, inflateRawSync, zstdDecompressSync } from 'node:zlib'

/** A canary of which eight characters in a row, in some encoding, were found. */
export interface Sighting {
  slot: string
  file: string
}

/** The tokens of a run: each is made of its slot's name and a secret that no other run has. */
export class Canaries {
  readonly seed: string = randomBytes(16).toString('hex')
  readonly #windows = new Map<string, string>()

  /** As `canary()` of the project makes it. */
  token(slot: string): string {
    const hash = createHmac('sha256', this.seed).update(slot).digest('base64url')
    return hash.replaceAll(/[-_]/g, 'q').slice(0, 20)
  }

  add(slots: Iterable<string>): void {
    for (const slot of slots) {
      const token = this.token(slot)
      for (let at = 0; at + 8 <= token.length; at += 1) this.#windows.set(token.slice(at, at + 8), slot)
    }
  }

  /** Looks through a folder, and whatever is packed in its files. */
  in(folder: string, skip: (path: string) => boolean = () => false): Sighting[] {
    return filesOf(folder).flatMap((path) => {
      const file = relative(folder, path).replaceAll('\\', '/')
      return skip(file) ? [] : this.of(file, readFileSync(path))
    })
  }

  of(file: string, bytes: Buffer): Sighting[] {
    const slots = new Set(
      unpack(bytes).flatMap((one) => viewsOf(one.toString('latin1')).flatMap((view) => this.#look(view))),
    )
    return [...slots].map((slot) => ({ slot, file }))
  }

  #look(view: string): string[] {
    const found = new Set<string>()
    for (let at = 0; at + 8 <= view.length; at += 1) {
      const slot = this.#windows.get(view.slice(at, at + 8))
      if (slot !== undefined) found.add(slot)
    }
    return [...found]
  }
}

function filesOf(folder: string): string[] {
  return readdirSync(folder, { withFileTypes: true }).flatMap((entry) => {
    const path = join(folder, entry.name)
    if (entry.isDirectory()) return entry.name === 'node_modules' ? [] : filesOf(path)
    return entry.isFile() ? [path] : []
  })
}

/** The bytes, and what they are when they are unpacked. */
function unpack(bytes: Buffer): Buffer[] {
  const magic = bytes.subarray(0, 4).toString('hex')
  if (magic.startsWith('1f8b')) return [bytes, ...unpack(gunzipSync(bytes))]
  if (magic === '28b52ffd') return [bytes, ...unpack(zstdDecompressSync(bytes))]
  if (magic === '504b0304') return [bytes, ...unzip(bytes)]
  // Packed data within a page, as Vitest's HTML report has it.
  const packed = [...bytes.toString('latin1').matchAll(/H4sI[A-Za-z0-9+/]{20,}={0,2}/g)]
  return [bytes, ...packed.flatMap(([text]) => tryTo(() => gunzipSync(Buffer.from(text, 'base64'))))]
}

/** The entries of a ZIP file whose sizes stand in front of them. */
function unzip(bytes: Buffer): Buffer[] {
  const entries: Buffer[] = []
  for (let at = 0; at >= 0 && at + 30 < bytes.length && bytes.readUInt32LE(at) === 0x04034b50; ) {
    const start = at + 30 + bytes.readUInt16LE(at + 26) + bytes.readUInt16LE(at + 28)
    const packed = bytes.subarray(start, start + bytes.readUInt32LE(at + 18))
    entries.push(...(bytes.readUInt16LE(at + 8) === 8 ? tryTo(() => inflateRawSync(packed)) : [packed]))
    at = start + packed.length
  }
  return entries
}

function tryTo(work: () => Buffer): Buffer[] {
  try {
    return [work()]
  } catch {
    return []
  }
}

/** A text as it is, and everything that it may stand for. */
function viewsOf(text: string): string[] {
  const plain = stripVTControlCharacters(text.replaceAll(/\\u001b|\\x1b|&#x1b;|&#27;/gi, '\u001b'))
  const latin = (bytes: Buffer): string => bytes.toString('latin1')
  const all = (pattern: RegExp, decode: (match: string) => string[]): string[] => [
    [...plain.matchAll(pattern)].flatMap(([match]) => decode(match)).join('\n'),
  ]
  return [
    plain,
    ...all(/[A-Za-z0-9+/_-]{10,}/g, (run) => [0, 1, 2, 3].map((from) => latin(Buffer.from(run.slice(from), 'base64')))),
    ...all(/[0-9a-f]{16,}/gi, (run) => [0, 1].map((from) => latin(Buffer.from(run.slice(from), 'hex')))),
    ...all(/(?:[0-9a-f]{2}[\s:]{1,4}){7,}[0-9a-f]{2}/gi, (run) => [
      latin(Buffer.from(run.replaceAll(/[^0-9a-f]/gi, ''), 'hex')),
    ]),
    ...all(/(?:\b\d{1,3}\b(?:\\n|[^A-Za-z0-9]){1,12}){7,}\d{1,3}/g, (run) => [
      latin(Buffer.from(run.match(/\d+/g)!.map(Number))),
    ]),
    // With the indexes of an array that was printed as an object.
    ...all(/(?:"?\d+"?: ?\d{1,3}(?:\\n|[^A-Za-z0-9"]){1,12}"?){8,}/g, (run) => [
      latin(Buffer.from([...run.matchAll(/: ?(\d+)/g)].map(([, number]) => Number(number)))),
    ]),
    ...all(/(?:%[0-9a-f]{2}|[\w.~-]){8,}/gi, (run) => [
      run.replaceAll(/%([0-9a-f]{2})/gi, (_, code: string) => String.fromCharCode(Number.parseInt(code, 16))),
    ]),
    ...all(/(?:\\{1,4}u[0-9a-f]{4}|\\{1,4}x[0-9a-f]{2}|[\w.~-]){8,}/gi, (run) => [
      run.replaceAll(/\\+[ux]([0-9a-f]{4}|[0-9a-f]{2})/gi, (_, code: string) =>
        String.fromCharCode(Number.parseInt(code, 16)),
      ),
    ]),
  ]
}
