import { isDate, isMap, isRegExp, isSet, isUint8Array } from 'node:util/types'
import { type Action, isTotal, perform, REMOVED, strictest } from './actions.ts'
import { detectors } from './detectors.ts'
import { leadsTo, parsePath } from './paths.ts'
import { REDACTED, type RecordPart, type SchemaTags } from './redaction.ts'
import type { Rule } from './rules.ts'

/** The rules that are for a key, a value or a header, and what to do with what none of them selects. */
export interface Selection {
  readonly rules: readonly Rule[]
  readonly place: RecordPart
  /** What is known of the schemas of its topic. */
  readonly tags: readonly SchemaTags[]
  readonly hideByDefault: boolean
  readonly salt: string
}

type Path = readonly (string | number)[]

/** Goes through a value once and makes anew what may be shown of it; the value is left alone. */
export class Walk {
  readonly #selection: Selection
  /** What was hidden, as it was. */
  readonly #hidden: unknown[]
  readonly #ancestors = new Set<object>()

  constructor(selection: Selection, hidden: unknown[]) {
    this.#selection = selection
    this.#hidden = hidden
  }

  /** `inherited` is what a rule does to all that is inside of what it selected. */
  visit(value: unknown, path: Path, name: string | undefined, inherited?: Action): unknown {
    if (typeof value === 'function' || value === undefined) return value
    const selected = this.#actionsFor(path, name)
    const action = strictest(inherited === undefined ? selected : [...selected, inherited])
    if (action !== undefined && isTotal(action)) {
      this.#hidden.push(value)
      return perform(action, textOf(value), this.#selection.salt)
    }
    if (typeof value !== 'object' || value === null || isLeaf(value)) return this.#leaf(value, action)
    if (this.#ancestors.has(value)) return REDACTED
    this.#ancestors.add(value)
    const made = this.#inside(value, path, action)
    this.#ancestors.delete(value)
    return made
  }

  #inside(value: object, path: Path, action: Action | undefined): unknown {
    if ('asymmetricMatch' in value) return this.#asymmetric(value, path, action)
    if (Array.isArray(value) || isSet(value)) {
      return [...value]
        .map((one, index) => this.visit(one, [...path, index], undefined, action))
        .filter((one) => one !== REMOVED)
    }
    const entries: [unknown, unknown][] = isMap(value) ? [...value] : Object.entries(value)
    const shown = entries.map(([name, content]): [string, unknown] => [
      this.#nameOf(String(name)),
      this.visit(content, [...path, String(name)], String(name), action),
    ])
    return Object.fromEntries(shown.filter(([, content]) => content !== REMOVED))
  }

  /** A name may be data itself: an e-mail address as the key of a map. */
  #nameOf(name: string): string {
    const shown = this.#detect(name)
    if (shown !== name) this.#hidden.push(name)
    return typeof shown === 'string' ? shown : REDACTED
  }

  /** Of a matcher all is hidden when some of what it was made of is. */
  #asymmetric(matcher: object, path: Path, action: Action | undefined): unknown {
    const { sample } = matcher as { sample?: unknown }
    const before = this.#hidden.length
    this.visit(isRegExp(sample) ? sample.source : sample, path, undefined, action)
    return this.#hidden.length > before ? REDACTED : matcher
  }

  #leaf(value: unknown, action: Action | undefined): unknown {
    if (value === null) return null
    const { hideByDefault, salt } = this.#selection
    if (isUint8Array(value) && this.#selection.rules.some(({ config }) => config.select?.detect !== undefined)) {
      // What stands in bytes of some other format can't be known.
      return this.#hide(value)
    }
    const text = textOf(value)
    if (action === undefined) {
      if (hideByDefault) return this.#hide(value)
    } else if (action.kind !== 'show') {
      this.#hidden.push(value)
      const done = perform(action, text, salt)
      return typeof done === 'string' ? this.#detect(done) : done
    }
    const shown = this.#detect(text)
    if (shown === text) return value
    this.#hidden.push(value)
    return shown
  }

  #hide(value: unknown): string {
    this.#hidden.push(value)
    return REDACTED
  }

  #actionsFor(path: Path, name: string | undefined): Action[] {
    const { rules, tags } = this.#selection
    return rules.filter((rule) => selects(rule, path, name, tags)).map(({ action }) => action)
  }

  /** Does to what detectors find in a text what their rules say. */
  #detect(text: string): string | null | typeof REMOVED {
    let result = text
    for (const { config, action } of this.#selection.rules) {
      for (const kind of config.select?.detect ?? []) {
        for (const { start, end } of detectors[kind](result).reverse()) {
          const done = perform(action, result.slice(start, end), this.#selection.salt)
          // Part of a text can neither be null nor be missing.
          const part = typeof done === 'string' ? done : done === null ? REDACTED : ''
          result = result.slice(0, start) + part + result.slice(end)
        }
      }
    }
    return result
  }
}

function selects(
  { config: { select }, names, path: wanted }: Rule,
  path: Path,
  name: string | undefined,
  tags: readonly SchemaTags[],
): boolean {
  if (select === null) return path.length === 0
  if (wanted !== undefined) return leadsTo(wanted, path)
  if (names !== undefined) return name !== undefined && (names.test(name) || names.test(name.replaceAll(/[_-]/g, '')))
  if (select.tag === undefined) return false
  const { tag } = select
  return tags.some((one) => (one[tag] ?? []).some((tagged) => leadsTo(parsePath(tagged), path)))
}

function isLeaf(value: object): boolean {
  return isUint8Array(value) || isDate(value) || isRegExp(value)
}

function textOf(value: unknown): string {
  if (typeof value === 'string') return value
  if (isUint8Array(value)) return Buffer.from(value).toString('base64')
  if (isRegExp(value)) return value.source
  if (isDate(value)) return Number.isNaN(value.getTime()) ? '' : value.toISOString()
  return typeof value === 'object' && value !== null ? (JSON.stringify(value) ?? '') : String(value)
}
