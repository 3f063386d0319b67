import { TextDecoder } from 'node:util'
import { isUint8Array } from 'node:util/types'
import { type Action, REMOVED } from './actions.ts'
import { detectors } from './detectors.ts'
import type { RedactConfig, RuleConfig } from './options.ts'
import { parsePath } from './paths.ts'
import { REDACTED, type RecordPart, type Rules, type SchemaTags } from './redaction.ts'
import { type Selection, Walk } from './walk.ts'

/** A rule, ready to be asked. */
export interface Rule {
  readonly config: RuleConfig
  readonly action: Action
  readonly topic: RegExp | undefined
  readonly names: RegExp | undefined
  readonly path: ReturnType<typeof parsePath> | undefined
}

/** Makes rules that can be applied of those that a config has. */
export function compileRules({ rules, hideByDefault, salt }: RedactConfig): Rules {
  const all = rules.map(compile)
  const learned = new Map<string, SchemaTags[]>()
  const tagsOf = ({ topic, target }: RecordPart): SchemaTags[] => learned.get(`${target} ${topic}`) ?? []
  const ofPlace = (place: RecordPart): Selection => ({
    rules: all.filter((rule) => isFor(rule, place)),
    place,
    tags: tagsOf(place),
    hideByDefault,
    salt,
  })

  return {
    learn(topic, target, tags) {
      if (tags === undefined) return
      const known = learned.get(`${target} ${topic}`) ?? []
      if (!known.includes(tags)) learned.set(`${target} ${topic}`, [...known, tags])
    },
    content(content, place) {
      const selection = ofPlace(place)
      return isIdle(selection) ? content : guarded(() => shown(content, selection, []), REDACTED)
    },
    bytes(bytes, place) {
      const selection = ofPlace(place)
      return isIdle(selection) ? undefined : guarded(() => shownBytes(bytes, selection), REDACTED)
    },
    headerName(name, topic, direction) {
      const wanted = all.filter(
        (rule) => rule.config.targets.includes('header name') && matchesWhen(rule, topic, direction),
      )
      const selection: Selection = {
        rules: wanted,
        place: { topic, direction, target: 'header', name },
        tags: [],
        hideByDefault: false,
        salt,
      }
      const as =
        wanted.length === 0 ? name : guarded(() => show({ value: name, isText: false }, selection, []), REDACTED)
      return as === REMOVED || as === null ? undefined : String(as)
    },
    text(text) {
      const kinds = new Set(all.flatMap(({ config }) => config.select?.detect ?? []))
      let result = text
      for (const kind of kinds) {
        for (const { start, end } of detectors[kind](result).reverse()) {
          result = result.slice(0, start) + REDACTED + result.slice(end)
        }
      }
      return result
    },
    hidden(content, place) {
      const selection = ofPlace(place)
      if (isIdle(selection)) return []
      const hidden: unknown[] = []
      const result = guarded(() => {
        const parsed = isUint8Array(content) ? parse(content) : { value: content, isText: typeof content === 'string' }
        return parsed === undefined ? REDACTED : show(parsed, selection, hidden)
      }, REDACTED)
      return result === REDACTED || result === REMOVED || result === null ? [content] : hidden
    },
  }
}

function compile(config: RuleConfig): Rule {
  const { action, topic, select } = config
  return {
    config,
    action,
    topic: topic === null ? undefined : patternOf(topic, 'topic'),
    names: select?.name === undefined ? undefined : patternOf(select.name, 'name'),
    path: select?.path === undefined ? undefined : parsePath(select.path),
  }
}

/** `/…/flags` is a regular expression, else it is a glob. Names are the same in `snake_case`, `kebab-case` and camelCase. */
function patternOf(text: string, what: 'topic' | 'name'): RegExp {
  const regex = /^\/(.*)\/([a-z]*)$/s.exec(text)
  if (regex !== null) return new RegExp(regex[1]!, regex[2]!.replaceAll(/[gy]/g, ''))
  const glob = what === 'name' ? text.replaceAll(/[_-]/g, '') : text
  const escaped = glob
    .replaceAll(/[.+^${}()|[\]\\]/g, '\\$&')
    .replaceAll('*', '.*')
    .replaceAll('?', '.')
  return new RegExp(`^${escaped}$`, what === 'name' ? 'is' : 's')
}

function isFor(rule: Rule, { topic, direction, target }: RecordPart): boolean {
  return rule.config.targets.includes(target) && matchesWhen(rule, topic, direction)
}

function matchesWhen({ topic: pattern, config }: Rule, topic: string, direction: RecordPart['direction']): boolean {
  if (config.direction !== null && config.direction !== direction) return false
  return pattern === undefined || pattern.test(topic)
}

function isIdle({ rules, hideByDefault }: Selection): boolean {
  return rules.length === 0 && !hideByDefault
}

/** Whatever goes wrong: nothing is shown. */
function guarded<T, E>(work: () => T, otherwise: E): T | E {
  try {
    return work()
  } catch {
    return otherwise
  }
}

const utf8 = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true })

interface Parsed {
  value: unknown
  /** Whether it is text that is no JSON, in which there are no fields. */
  isText: boolean
}

/** Undefined for bytes that are no text. */
function parse(bytes: Uint8Array): Parsed | undefined {
  let text: string
  try {
    text = utf8.decode(bytes)
  } catch {
    return undefined
  }
  try {
    return { value: JSON.parse(text), isText: false }
  } catch {
    return { value: text, isText: true }
  }
}

function shownBytes(bytes: Uint8Array, selection: Selection): string | undefined {
  const parsed = parse(bytes)
  if (parsed === undefined) return REDACTED
  const result = show(parsed, selection, [])
  if (result === REMOVED || result === REDACTED) return REDACTED
  const text = parsed.isText && typeof result === 'string' ? result : JSON.stringify(result)
  // As it was, where that is all there is: JSON may name a property twice, and only one of them was looked at.
  return text === utf8.decode(bytes) ? undefined : text
}

function shown(content: unknown, selection: Selection, hidden: unknown[]): unknown {
  const result = show({ value: content, isText: typeof content === 'string' }, selection, hidden)
  return result === REMOVED ? REDACTED : result
}

function show({ value, isText }: Parsed, selection: Selection, hidden: unknown[]): unknown {
  const { rules, place, tags } = selection
  const needsFields = rules.some(({ config: { select } }) => {
    if (select?.tag !== undefined) return tags.some((one) => Object.hasOwn(one, select.tag!))
    return select?.path !== undefined || (select?.name !== undefined && place.target !== 'header')
  })
  // What a rule can't look into is hidden whole.
  if (isText && needsFields) return REDACTED
  return new Walk(selection, hidden).visit(value, [], place.name)
}
