import { stripVTControlCharacters } from 'node:util'
import { isNativeError } from 'node:util/types'
import { bytesOf, type Run, runsOf, textOf } from './encodings.ts'
import { type Leaves, leavesOf, WINDOW } from './leaves.ts'
import { hidesAllOf, REDACTED, type RecordPart, type Redaction } from './redaction.ts'

/** A piece of record data, and where it stood. */
export interface Part {
  content: unknown
  place: RecordPart
}

/** What must not be told, and what may be in spite of it. */
export interface Sensitive {
  redaction: Redaction
  /** All record data that the test can have seen. */
  parts: Iterable<Part>
  /** Messages of ours, which were made with care. */
  own: ReadonlySet<string>
}

/** The second layer: what a text tells of record data is taken out of it. */
export interface Scrubber {
  /** The text as it may be shown: pieces of data read `<redacted>`; all of it, where a piece is too short to be sure. */
  text(text: string): string
  /** Whether some of it is data; what is too short to be sure doesn't count. */
  tells(text: string): boolean
  /** Anything likewise: the notes that a test leaves for reporters. */
  value(value: unknown): unknown
  /** The error likewise, with all that it holds. It is a new object; its name and its frames stay. */
  error(error: unknown): unknown
}

/** More record data than this (bytes) isn't searched for: everything is hidden instead. */
const LIMIT = 32 * 1024 * 1024

/** A text beyond this (characters) is hidden whole. */
const LONGEST = 200_000

/** What runners say by themselves: the numbers in it are no data. */
const ofRunners =
  /^(?:thrown: ")?(?:(?:Test|Hook) timed out in \d+ms\.?|Exceeded timeout of [\d,]+ ms for a (?:test|hook)[^\n]*)(?:\n(?:If this is a long-running|Add a timeout value)[^\n]*)?$/

/** Makes a scrubber for some texts and errors: what is searched for in them is looked up once. */
export function scrubberFor(subjects: readonly unknown[], { redaction, parts, own }: Sensitive): Scrubber {
  const leaves = leavesOf(hiddenOf(parts, redaction))
  const size = leaves.long.reduce((sum, { length }) => sum + length, 0)
  const found =
    size > LIMIT
      ? undefined
      : findWindows(
          subjects.flatMap((subject) => [...textsIn(subject)]),
          leaves,
        )
  const mayShow = (text: string): boolean => found !== undefined && !holdsShort(text, leaves.short)

  /** Undefined where all of it has to be hidden. */
  function scrub(text: string): string | undefined {
    const plain = stripVTControlCharacters(text)
    if (own.has(plain)) return plain
    for (const message of own) {
      // A runner may put words before it.
      const at = message === '' ? -1 : plain.indexOf(message)
      if (at < 0) continue
      const before = scrub(plain.slice(0, at))
      const after = scrub(plain.slice(at + message.length))
      return before === undefined || after === undefined ? undefined : before + message + after
    }
    if (found === undefined || plain.length > LONGEST) return undefined
    const without = replaceWindows(plain, found)
    if (ofRunners.test(without) || without.trim() === '') return without
    if (redaction.checks) return undefined
    const shown = redaction.rules === undefined ? without : redaction.rules.text(without)
    return mayShow(shown) ? shown : undefined
  }

  return {
    text: (text) => scrub(text) ?? REDACTED,
    tells: (text) => found !== undefined && replaceWindows(text, found) !== text,
    value(value) {
      try {
        return copy(value, scrub, new Map())
      } catch {
        return REDACTED
      }
    },
    error: (error) => scrubError(error, scrub, own),
  }
}

function* hiddenOf(parts: Iterable<Part>, redaction: Redaction): Iterable<unknown> {
  for (const { content, place } of parts) {
    if (hidesAllOf(place, redaction)) yield content
    else if (redaction.rules !== undefined) yield* redaction.rules.hidden(content, place)
  }
}

/** All texts of an error and what it holds. */
function* textsIn(subject: unknown, seen: Set<unknown> = new Set()): Iterable<string> {
  if (typeof subject === 'string' && subject.length <= LONGEST) yield stripVTControlCharacters(subject)
  if (typeof subject !== 'object' || subject === null || seen.has(subject)) return
  seen.add(subject)
  for (const name of Reflect.ownKeys(subject)) {
    if (typeof name === 'string') yield name
    yield* textsIn(propertyOf(subject, name), seen)
  }
}

function propertyOf(object: object, name: PropertyKey): unknown {
  try {
    return Reflect.get(object, name)
  } catch {
    return undefined
  }
}

/** Those stretches of the texts, of so many bytes, that are in the data. */
function findWindows(texts: readonly string[], { long }: Leaves): Set<string> {
  const asked = new Set<string>()
  for (const text of texts) {
    const bytes = bytesOf(text)
    for (const view of [bytes, ...runsOf(bytes).map(({ decoded }) => decoded)]) {
      for (let at = 0; at + WINDOW <= view.length; at += 1) asked.add(view.slice(at, at + WINDOW))
    }
  }
  const found = new Set<string>()
  if (asked.size === 0) return found
  for (const leaf of long) {
    for (let at = 0; at + WINDOW <= leaf.length; at += 1) {
      const window = leaf.slice(at, at + WINDOW)
      if (asked.has(window)) found.add(window)
    }
  }
  return found
}

function replaceWindows(text: string, found: ReadonlySet<string>): string {
  if (found.size === 0) return text
  const bytes = bytesOf(text)
  const hidden = new Uint8Array(bytes.length)
  for (let at = 0; at + WINDOW <= bytes.length; at += 1) {
    if (found.has(bytes.slice(at, at + WINDOW))) hidden.fill(1, at, at + WINDOW)
  }
  for (const run of runsOf(bytes)) if (holds(run, found)) hidden.fill(1, run.start, run.end)
  let result = ''
  for (let at = 0; at < bytes.length; at += 1) {
    // Not a part of a character.
    if (hidden[at] === 0 && isContinuation(bytes, at) && hidden[at - 1] === 1) hidden[at] = 1
    if (hidden[at] === 0) result += bytes[at]
    else if (hidden[at - 1] !== 1) result += REDACTED
  }
  return textOf(result)
}

function isContinuation(bytes: string, at: number): boolean {
  return (bytes.charCodeAt(at) & 0xc0) === 0x80
}

function holds({ decoded }: Run, found: ReadonlySet<string>): boolean {
  for (let at = 0; at + WINDOW <= decoded.length; at += 1) if (found.has(decoded.slice(at, at + WINDOW))) return true
  return false
}

const longestForm = 40

/** Whether one of the short ones stands in a text as a word of its own. */
function holdsShort(text: string, short: ReadonlySet<string>): boolean {
  if (short.size === 0) return false
  const isWord = (at: number): boolean => /[\p{L}\p{N}_]/u.test(text[at] ?? '')
  for (let from = 0; from < text.length; from += 1) {
    if (isWord(from) && isWord(from - 1)) continue
    for (let to = from + 1; to <= Math.min(text.length, from + longestForm); to += 1) {
      if (!(isWord(to - 1) && isWord(to)) && short.has(text.slice(from, to))) return true
    }
  }
  return false
}

type Scrub = (text: string) => string | undefined

/** Of an error that can't be shown name and frames stay, which are of the source; of one of ours its message too. */
function scrubError(error: unknown, scrub: Scrub, own: ReadonlySet<string>): unknown {
  if (typeof error !== 'object' || error === null) return scrub(String(error)) === String(error) ? error : REDACTED
  const message = propertyOf(error, 'message')
  const shown = typeof message === 'string' ? scrub(message) : undefined
  const isKnown =
    shown !== undefined && (ofRunners.test(shown) || [...own].some((one) => one !== '' && shown.includes(one)))
  if (isKnown) return bare(error, scrub, shown)
  try {
    return copy(error, scrub, new Map())
  } catch {
    return bare(error, scrub)
  }
}

/** Names that say nothing of what was compared. */
const harmless = ['ok', 'showDiff', 'operator', 'name', 'nameStr', 'constructor']

class Hidden extends Error {}

/** @throws Hidden where a part of it has to be hidden whole. */
function copy(value: unknown, scrub: Scrub, copies: Map<object, unknown>): unknown {
  if (typeof value === 'string') return need(scrub(value))
  if (typeof value === 'number' || typeof value === 'bigint' || typeof value === 'boolean') {
    need(scrub(String(value)) === String(value) ? '' : undefined)
    return value
  }
  if (typeof value === 'function' || typeof value === 'symbol') return undefined
  if (typeof value !== 'object' || value === null) return value
  if (copies.has(value)) return copies.get(value)
  // Bytes, in whatever dress: an array of small numbers is shown by no text that could be searched.
  if (isBytes(value)) return REDACTED
  const made = emptyLike(value)
  copies.set(value, made)
  for (const name of Object.getOwnPropertyNames(value)) {
    if (Array.isArray(value) && name === 'length') continue
    const descriptor = Object.getOwnPropertyDescriptor(value, name)!
    const content = propertyOf(value, name)
    const shown =
      name === 'stack'
        ? stackOf(value, scrub)
        : harmless.includes(name)
          ? named(content, scrub)
          : copy(content, scrub, copies)
    const as = name.length < WINDOW ? name : (scrub(name) ?? REDACTED)
    Object.defineProperty(made, as, {
      value: shown,
      enumerable: descriptor.enumerable ?? true,
      writable: true,
      configurable: true,
    })
  }
  return made
}

/** Without its class, whose methods (`toJSON`) may hold anything. */
function emptyLike(value: object): object {
  if (Array.isArray(value)) return []
  return isNativeError(value) ? new Error() : {}
}

function need(text: string | undefined): string {
  if (text === undefined) throw new Hidden()
  return text
}

function named(content: unknown, scrub: Scrub): unknown {
  if (typeof content !== 'string') return typeof content === 'boolean' ? content : undefined
  return /^[A-Z][A-Za-z]{0,60}$/.test(content) && content.endsWith('Error') ? content : need(scrub(content))
}

function isBytes(value: object): boolean {
  if (ArrayBuffer.isView(value) || value instanceof ArrayBuffer) return true
  const values = Object.values(value)
  return values.length >= 3 && values.every((one) => Number.isInteger(one) && one >= 0 && one < 256)
}

const frame = /^\s*at .*$|^[^\n]*@(?:file:|\/|[A-Z]:)[^\n]*$/

/** The head of a stack is the message once more; its frames are of the source. */
function stackOf(error: object, scrub: Scrub): string | undefined {
  const stack = propertyOf(error, 'stack')
  if (typeof stack !== 'string') return undefined
  const message = propertyOf(error, 'message')
  const shown = typeof message === 'string' ? need(scrub(message)) : ''
  return [`${nameOf(error)}: ${shown}`, ...framesOf(stack, message)].join('\n')
}

function framesOf(stack: string, message: unknown): string[] {
  const at = typeof message === 'string' && message !== '' ? stack.lastIndexOf(message) : -1
  const rest = at < 0 ? stack : stack.slice(at + (message as string).length)
  return rest.split('\n').filter((line) => frame.test(line))
}

function nameOf(error: object): string {
  const name = propertyOf(error, 'name')
  return typeof name === 'string' && /^[A-Z][A-Za-z]{0,60}$/.test(name) && name.endsWith('Error') ? name : 'Error'
}

function bare(
  error: object,
  scrub: Scrub,
  message: string = `${REDACTED} (what a test tells of its data is redacted)`,
): object {
  const name = nameOf(error)
  const stack = propertyOf(error, 'stack')
  const frames = typeof stack === 'string' ? framesOf(stack, propertyOf(error, 'message')) : []
  const text = [`${name}: ${message}`, ...frames.filter((line) => !holdsData(line, scrub))].join('\n')
  // A runner that has made a plain object of it already gets one again.
  if (!isNativeError(error)) return { name, message, stack: text }
  const made = new Error(message)
  for (const [property, value] of Object.entries({ name, stack: text })) {
    Object.defineProperty(made, property, { value, enumerable: false, writable: true, configurable: true })
  }
  return made
}

function holdsData(line: string, scrub: Scrub): boolean {
  return scrub(line)?.includes(REDACTED) ?? false
}
