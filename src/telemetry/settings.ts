import { randomUUID } from 'node:crypto'
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import ci from 'ci-info'
import envPaths from 'env-paths'
import { anything, checkOptions, flag, type OptionKind, oneOf, text } from '../config/options.ts'

/** Where telemetry goes. What has no destination isn't sent: none is built in. */
export interface Destinations {
  /** Of a Segment source; it gets the usage. */
  segmentWriteKey?: string
  /** Default Segment's own, https://api.segment.io. */
  segmentHost?: string
  /** Of a Sentry project; it gets errors of our own. */
  sentryDsn?: string
  /** `host:port` of a DogStatsD (Datadog's agent); it gets the endpoint's metrics. */
  dogstatsd?: string
}

export interface Settings {
  on: boolean
  /** In words, for `telemetry status`. */
  why: string
  /** Random, made at `telemetry on`; of this process alone where an operator's environment turned it on. */
  anonymousId: string
  destinations: Destinations
}

/** What the per-user file holds. */
interface Choice {
  enabled: boolean
  anonymousId?: string
  destinations?: Destinations
}

const SWITCH = 'KAFKA_TESTKIT_TELEMETRY'

/** The environment variable of each destination. */
export const variables: Readonly<Record<keyof Destinations, string>> = {
  segmentWriteKey: `${SWITCH}_SEGMENT_WRITE_KEY`,
  segmentHost: `${SWITCH}_SEGMENT_HOST`,
  sentryDsn: `${SWITCH}_SENTRY_DSN`,
  dogstatsd: `${SWITCH}_DOGSTATSD`,
}

const NOWHERE = `there is nowhere to send to: no destination is built in. Give --segment-write-key or --sentry-dsn, or set ${variables.segmentWriteKey} or ${variables.sentryDsn}`

const url: OptionKind = {
  wanted: 'an http:// or https:// URL',
  holds: (value) => typeof value === 'string' && /^https?:/.test(value) && URL.canParse(value),
}
const dsn: OptionKind = {
  wanted: 'a DSN as Sentry shows it (https://KEY@HOST/PROJECT)',
  holds: (value) => url.holds(value) && /^https?:\/\/\w+@[^/]+\/.*\d+$/.test(value as string),
}
const address: OptionKind = {
  wanted: 'HOST:PORT',
  holds: (value) => typeof value === 'string' && /^[^\s]+:\d{1,5}$/.test(value),
}
const kinds: Record<keyof Destinations, OptionKind> = {
  segmentWriteKey: text,
  segmentHost: url,
  sentryDsn: dsn,
  dogstatsd: address,
}

/** The choice of this person, in the platform's folder for configuration. */
function settingsFile(): string {
  return join(envPaths('kafka-testkit', { suffix: '' }).config, 'telemetry.json')
}

/**
 * Whether telemetry is on, why, and where it goes; environment variables win over what `telemetry on` was given.
 *
 * @param operator whether the environment may turn it on: that of `serve` is an operator's, that of a test run a project's.
 * @throws TypeError for a destination or a variable that is wrong, naming the nearest right one.
 */
export function readSettings(operator = false, env: NodeJS.ProcessEnv = process.env): Settings {
  const choice = readChoice()
  const said = fromEnvironment(env)
  const { on, why } = decide(choice, operator, env)
  return {
    on,
    why,
    anonymousId: choice?.anonymousId ?? randomUUID(),
    destinations: { ...choice?.destinations, ...said },
  }
}

function decide(choice: Choice | undefined, operator: boolean, env: NodeJS.ProcessEnv): { on: boolean; why: string } {
  if (!['', '0', 'false'].includes(env.DO_NOT_TRACK ?? '')) return { on: false, why: 'DO_NOT_TRACK is set' }
  if (ci.isCI) return { on: false, why: 'this is CI' }
  if (env[SWITCH] === 'off') return { on: false, why: `${SWITCH} is "off"` }
  if (env[SWITCH] === 'on' && operator) return { on: true, why: `${SWITCH} is "on"` }
  if (choice === undefined) return { on: false, why: 'nobody turned it on' }
  return { on: choice.enabled, why: `it was turned ${choice.enabled ? 'on' : 'off'} (${settingsFile()})` }
}

/**
 * Keeps what this person chose. `on` makes a new anonymous id where there is none, `off` forgets it.
 *
 * @throws TypeError for a destination that is wrong; Error when there is none.
 */
export function choose(enabled: boolean, destinations: Destinations = {}, env: NodeJS.ProcessEnv = process.env): void {
  checkOptions('kafka-testkit telemetry on', destinations, kinds)
  let before: Choice | undefined
  try {
    before = readChoice()
  } catch {
    // What can't be read is replaced.
  }
  const kept = { ...before?.destinations, ...destinations }
  const { segmentWriteKey, sentryDsn, dogstatsd } = { ...kept, ...fromEnvironment(env) }
  if (enabled && (segmentWriteKey ?? sentryDsn ?? dogstatsd) === undefined) throw new Error(NOWHERE)
  const anonymousId = enabled ? (before?.anonymousId ?? randomUUID()) : undefined
  const choice: Choice = { enabled, anonymousId, destinations: kept }
  const file = settingsFile()
  mkdirSync(dirname(file), { recursive: true })
  writeFileSync(file, `${JSON.stringify(choice, null, 2)}\n`, { mode: 0o600 })
}

/** @throws TypeError when the file holds something else than `choose` writes. */
function readChoice(): Choice | undefined {
  const file = settingsFile()
  let written: string
  try {
    written = readFileSync(file, 'utf8')
  } catch {
    return undefined
  }
  let choice: unknown
  try {
    choice = JSON.parse(written)
  } catch {
    throw new TypeError(`${file} is no JSON; choose again by "kafka-testkit telemetry on" or "off"`)
  }
  checkOptions(file, choice, { enabled: flag, anonymousId: text, destinations: anything })
  checkOptions(file, (choice as Choice).destinations, kinds)
  return choice as Choice
}

/** @throws TypeError for a variable of ours that nobody reads, naming the nearest that is read. */
function fromEnvironment(env: NodeJS.ProcessEnv): Destinations {
  const ours = Object.entries(env).filter(([name, value]) => name.startsWith(SWITCH) && value !== '')
  const known = Object.entries(variables).map(([key, name]) => [name, kinds[key as keyof Destinations]] as const)
  checkOptions('the environment', Object.fromEntries(ours), {
    ...Object.fromEntries(known),
    [SWITCH]: oneOf('on', 'off'),
  })
  const given = Object.entries(variables).filter(([, name]) => (env[name] ?? '') !== '')
  return Object.fromEntries(given.map(([key, name]) => [key, env[name]]))
}
