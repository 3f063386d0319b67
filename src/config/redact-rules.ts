import { randomUUID } from 'node:crypto'
import { isRegExp } from 'node:util/types'
import type { Action } from '../redaction/actions.ts'
import type {
  RedactConfig,
  RedactOptions,
  RedactRule,
  RuleAction,
  RuleConfig,
  RuleSelect,
  RuleTarget,
} from '../redaction/options.ts'
import { parsePath } from '../redaction/paths.ts'
import { presets } from '../redaction/presets.ts'
import { REDACTED } from '../redaction/redaction.ts'
import { checkOptions, count, listOf, type OptionKind, oneOf, section, text } from './options.ts'

/**
 * The rules of a config, those of its presets among them, as data that can go to a worker.
 *
 * @throws TypeError for a rule that can't be right, saying which.
 */
export function resolveRules(
  where: string,
  { rules = [], presets: chosen = [], default: otherwise }: RedactOptions,
): Pick<RedactConfig, 'rules' | 'hideByDefault' | 'salt'> {
  const resolved = [
    ...rules.map((rule, index) => resolveRule(`${where}.rules[${index}]`, rule)),
    ...chosen.flatMap((name) => presets[name].map((rule: RedactRule) => resolveRule(`preset ${name}`, rule))),
  ]
  const salt = resolved.some(({ action }) => action.kind === 'hmac') ? randomUUID() : ''
  return { rules: resolved, hideByDefault: otherwise === 'hide', salt }
}

function resolveRule(where: string, rule: RedactRule): RuleConfig {
  checkOptions(where, rule, ruleOptions)
  checkOptions(`${where}.when`, rule.when, whenOptions)
  const { when = {}, target = ['key', 'value', 'header'], select, do: action = 'replace' } = rule
  return {
    topic: when.topic === undefined ? null : asText(`${where}.when.topic`, when.topic),
    direction: when.direction ?? null,
    targets: [target].flat() as RuleTarget[],
    select: select === undefined ? null : resolveSelect(`${where}.select`, select),
    action: resolveAction(`${where}.do`, action),
  }
}

function resolveSelect(where: string, select: RuleSelect): RuleConfig['select'] {
  checkOptions(where, select, selectOptions)
  const { path, name, tag, detect } = select
  const given = [path, name, tag, detect].filter((one) => one !== undefined)
  if (given.length !== 1) throw new TypeError(`${where}: one of path, name, tag or detect is wanted`)
  if (path !== undefined) {
    try {
      parsePath(path)
    } catch (error) {
      throw new TypeError(`${where}.path: ${(error as Error).message}`)
    }
    return { path }
  }
  if (name !== undefined) return { name: asText(`${where}.name`, name) }
  return tag !== undefined
    ? { tag }
    : { detect: [detect!].flat() as NonNullable<RuleConfig['select']>['detect'] & object }
}

/** A regular expression as text, as data goes to a worker. */
function asText(where: string, pattern: string | RegExp): string {
  if (isRegExp(pattern)) return `/${pattern.source}/${pattern.flags}`
  const regex = /^\/(.*)\/([a-z]*)$/s.exec(pattern)
  if (regex === null) return pattern
  try {
    new RegExp(regex[1]!, regex[2]!)
    return pattern
  } catch (error) {
    throw new TypeError(`${where}: ${(error as Error).message}`)
  }
}

const words = ['remove', 'null', 'mask', 'hmac', 'show'] as const

function resolveAction(where: string, action: RuleAction): Action {
  if (action === 'replace') return { kind: 'replace', by: REDACTED }
  if (typeof action === 'string') {
    const kind = words.find((word) => word === action)
    if (kind !== undefined) return { kind }
    throw new TypeError(
      `${where}: ${JSON.stringify(action)}; one of replace, ${words.join(', ')}, or { replace }, { keepFirst }, { keepLast }, { truncate } is wanted`,
    )
  }
  checkOptions(where, action, actionOptions)
  const { replace, keepFirst, keepLast, truncate } = action as {
    replace?: string
    keepFirst?: number
    keepLast?: number
    truncate?: number
  }
  if (Object.keys(action).length !== 1) throw new TypeError(`${where}: one thing to do is wanted`)
  if (replace !== undefined) return { kind: 'replace', by: replace }
  if (keepFirst !== undefined) return { kind: 'keep first', count: keepFirst }
  return keepLast !== undefined ? { kind: 'keep last', count: keepLast } : { kind: 'truncate', count: truncate! }
}

const targets = oneOf('key', 'value', 'header', 'header name')
const pattern: OptionKind = {
  wanted: 'a glob or a regular expression',
  holds: (value) => text.holds(value) || isRegExp(value),
}

function oneOrMore(kind: OptionKind): OptionKind {
  const many = listOf(kind)
  return { wanted: `${kind.wanted}, or a list of these`, holds: (value) => kind.holds(value) || many.holds(value) }
}

const ruleOptions = {
  when: section,
  target: oneOrMore(targets),
  select: section,
  do: { wanted: 'something to do', holds: (value: unknown) => typeof value === 'string' || section.holds(value) },
}
const whenOptions = { topic: pattern, direction: oneOf('produced', 'received') }
const selectOptions = {
  path: text,
  name: pattern,
  tag: text,
  detect: oneOrMore(oneOf('jwt', 'card', 'email', 'iban')),
}
const actionOptions = {
  replace: { wanted: 'a string', holds: (value: unknown) => typeof value === 'string' },
  keepFirst: count,
  keepLast: count,
  truncate: count,
}
