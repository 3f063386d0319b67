/** The type of a config's value, by the numbers of DescribeConfigs (Kafka: DescribeConfigsResponse.ConfigType). */
export const ConfigType = { BOOLEAN: 1, STRING: 2, INT: 3, SHORT: 4, LONG: 5, DOUBLE: 6, LIST: 7 } as const

/** Where a config's value comes from (Kafka: DescribeConfigsResponse.ConfigSource). */
export const ConfigSource = { TOPIC: 1, BROKER: 2, DEFAULT_BROKER: 3, STATIC_BROKER: 4, DEFAULT: 5 } as const

/** What may be the value of a config, and what it is called where it is one of a few words. */
export interface ConfigDefinition {
  readonly type: (typeof ConfigType)[keyof typeof ConfigType]
  readonly default: string | null
  readonly min?: number
  readonly max?: number
  /** A value that is right although it is out of range. */
  readonly or?: number
  readonly words?: readonly string[]
  /** What else is wrong with a value, in Kafka's words. */
  readonly error?: (name: string, value: string) => string | undefined
}

const INTEGER_LIMITS: Readonly<Record<number, bigint>> = {
  [ConfigType.SHORT]: 2n ** 15n,
  [ConfigType.INT]: 2n ** 31n,
  [ConfigType.LONG]: 2n ** 63n,
}
const TYPE_NAMES: Readonly<Record<number, string>> = {
  [ConfigType.SHORT]: 'SHORT',
  [ConfigType.INT]: 'INT',
  [ConfigType.LONG]: 'LONG',
  [ConfigType.DOUBLE]: 'DOUBLE',
}

/** What is wrong with a value, in Kafka's words, or undefined (Kafka: ConfigDef#parseType and its validators). */
export function configValueError(name: string, definition: ConfigDefinition, value: string): string | undefined {
  const problem = parseError(definition, value.trim()) ?? rangeError(definition, value.trim())
  if (problem !== undefined) return `Invalid value ${value} for configuration ${name}: ${problem}`
  return wordError(name, definition, value) ?? definition.error?.(name, value)
}

/** The parts of a LIST; nothing, or blanks alone, are an empty one. */
export function partsOf(value: string): string[] {
  return value.trim() === '' ? [] : value.split(',').map((part) => part.trim())
}

function wordError(name: string, { type, words }: ConfigDefinition, value: string): string | undefined {
  const parts = type === ConfigType.LIST ? partsOf(value) : [value.trim()]
  const wrong = words && parts.find((part) => !words.includes(part))
  if (wrong === undefined) return undefined
  const shown = type === ConfigType.LIST ? wrong : value
  return `Invalid value ${shown} for configuration ${name}: String must be one of: ${words!.join(', ')}`
}

function parseError({ type }: ConfigDefinition, value: string): string | undefined {
  if (type === ConfigType.BOOLEAN) {
    return /^(true|false)$/i.test(value) ? undefined : 'Expected value to be either true or false'
  }
  if (type === ConfigType.DOUBLE) {
    return value !== '' && Number.isFinite(Number(value)) ? undefined : 'Not a number of type DOUBLE'
  }
  const limit = INTEGER_LIMITS[type]
  if (limit === undefined) return undefined
  const fits = /^[+-]?\d+$/.test(value) && BigInt(value) < limit && BigInt(value) >= -limit
  return fits ? undefined : `Not a number of type ${TYPE_NAMES[type]}`
}

function rangeError({ min, max, or }: ConfigDefinition, value: string): string | undefined {
  if (or !== undefined) {
    const right = Number(value) === or || (Number(value) >= min! && Number(value) <= max!)
    return right ? undefined : `Value must be between ${min} and ${max} or equal to ${or}`
  }
  if (min !== undefined && Number(value) < min) return `Value must be at least ${min}`
  return max !== undefined && Number(value) > max ? `Value must be no more than ${max}` : undefined
}
