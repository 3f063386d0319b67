import type { Config } from './config.ts'

/** Environment variables that say otherwise than the config does, and the option that each of them sets. */
const variables = {
  KAFKA_TESTKIT_TIMEOUT: 'timeout',
  KAFKA_TESTKIT_WITHIN: 'within',
  KAFKA_TESTKIT_ENVIRONMENT: 'environment',
  KAFKA_TESTKIT_PROJECT: 'project',
  KAFKA_TESTKIT_REPORT: 'report',
} as const satisfies Record<string, keyof Config>

const numbers: readonly string[] = ['timeout', 'within']

/** The config as the environment variables have it; what is wrong in one of them is found with the rest. */
export function withVariables(config: Config, env: NodeJS.ProcessEnv): Config {
  const said = Object.entries(variables)
    .filter(([variable]) => (env[variable] ?? '') !== '')
    .map(([variable, option]) => {
      const text = env[variable]!
      const number = Number(text)
      return [option, numbers.includes(option) && !Number.isNaN(number) ? number : text]
    })
  return said.length === 0 ? config : { ...config, ...Object.fromEntries(said) }
}
