import { didYouMean } from '../base/nearest.ts'
import type { ClusterConfig } from './cluster.ts'
import type { Config } from './config.ts'
import { anything, checkOptions, type OptionKind, oneOf, record } from './options.ts'

/** A cluster with a name, and what tests must know of it. */
export interface Environment {
  /** Of its name in the terminal. */
  color?: Color
  cluster?: ClusterConfig
  /** Added to the config's, and in their place where they have the same name. */
  variables?: Variables
}

export type Color = (typeof colors)[number]

/** A secret stays in the environment: `{ env: 'STAGING_TOKEN' }` is read there, and must be set. */
export type Variables = Record<string, string | { env: string }>

const colors = ['red', 'green', 'yellow', 'blue', 'magenta', 'cyan', 'gray'] as const

export const variableKind: OptionKind = {
  wanted: "a string, or { env: 'NAME' }",
  holds: (value) =>
    typeof value === 'string' ||
    (typeof value === 'object' && value !== null && typeof (value as { env?: unknown }).env === 'string'),
}

/**
 * The environment that `environment` names. All are checked, so that a mistake is found before the night.
 *
 * @throws TypeError when there is no such environment, naming the nearest.
 */
export function chosenEnvironment({ environment, environments }: Config): Environment | undefined {
  if (environments === undefined) return undefined
  for (const [name, one] of Object.entries(environments)) {
    checkOptions(`environment ${name}`, one, {
      color: oneOf(...colors),
      cluster: anything,
      variables: record(variableKind),
    })
  }
  if (environment === undefined) return undefined
  if (Object.hasOwn(environments, environment)) return environments[environment]
  const names = Object.keys(environments)
  const hint = didYouMean(environment, names, `there are ${names.join(', ')}`)
  throw new TypeError(`kafka-testkit config: there is no environment "${environment}", ${hint}`)
}

/** @throws Error when an environment variable isn't set that one of them names. */
export function variablesOf(
  variables: Variables | undefined,
  env: NodeJS.ProcessEnv,
  where: string,
): Record<string, string> {
  const read = ([name, value]: [string, string | { env: string }]): [string, string] => {
    if (typeof value === 'string') return [name, value]
    const said = env[value.env]
    if (said !== undefined) return [name, said]
    throw new Error(`${where}: its variable "${name}" needs the environment variable ${value.env}, which isn't set`)
  }
  return Object.fromEntries(Object.entries(variables ?? {}).map(read))
}
