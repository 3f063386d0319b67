import { REDACTED } from './redaction.ts'

/** Names of variables and options whose values are nobody's business. */
const secretName = /(^|_)(PASSWORD|PASSWD|PASSPHRASE|SECRET|TOKEN|CREDENTIALS?|(API|PRIVATE|ACCESS|SECRET)_?KEY)($|_)/i

/** A value shorter than this stands in too many texts by chance. */
const SHORTEST = 8

/** What must never be stored, redacted or not: the secrets that this process knows by the names of its variables. */
export function secretsOf(env: NodeJS.ProcessEnv): string[] {
  return Object.entries(env)
    .filter(([name, value]) => secretName.test(name) && (value?.length ?? 0) >= SHORTEST)
    .map(([, value]) => value!)
}

/** The same of a config: the values of all options that are called so. */
export function secretsIn(config: unknown): string[] {
  if (typeof config !== 'object' || config === null) return []
  return Object.entries(config).flatMap(([name, value]) => {
    if (typeof value !== 'string') return secretsIn(value)
    const snake = name.replaceAll(/([a-z])([A-Z])/g, '$1_$2')
    return (secretName.test(snake) || name === 'key') && value.length >= SHORTEST ? [value] : []
  })
}

const urlCredentials = /([a-z][a-z0-9+.-]{1,20}:\/\/)[^\s/@"'<>]{1,500}@/gi
const privateKey = /-----BEGIN [A-Z ]*PRIVATE KEY-----[\s\S]*?(?:-----END [A-Z ]*PRIVATE KEY-----|$)/g
const bearer = /\b(Bearer|Basic)\s+[\w.~+/-]{8,}=*/gi

/** Whether some JSON needs a closer look: one quick look at most lines instead of one at each text. */
export function mayHoldSecrets(json: string, secrets: readonly string[]): boolean {
  const holds = (secret: string): boolean => json.includes(JSON.stringify(secret).slice(1, -1))
  return /@|PRIVATE KEY-----|bearer|basic/i.test(json) || secrets.some(holds)
}

/** A text without secrets: those that are known, URLs' credentials, private keys and bearer tokens. */
export function withoutSecrets(text: string, secrets: readonly string[] = []): string {
  if (text.length < SHORTEST) return text
  let shown = text
  for (const secret of secrets) if (shown.includes(secret)) shown = shown.replaceAll(secret, REDACTED)
  if (shown.includes('@')) shown = shown.replaceAll(urlCredentials, `$1${REDACTED}@`)
  if (shown.includes('PRIVATE KEY-----')) shown = shown.replaceAll(privateKey, REDACTED)
  return /bearer|basic/i.test(shown) ? shown.replaceAll(bearer, `$1 ${REDACTED}`) : shown
}
