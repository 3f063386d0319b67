import { createHash, createHmac, pbkdf2, randomBytes, timingSafeEqual } from 'node:crypto'
import { promisify } from 'node:util'
import { ClientError } from './errors.ts'

/** Credentials, by each mechanism. */
export type Sasl =
  | { mechanism: 'plain' | 'scram-sha-256' | 'scram-sha-512'; username: string; password: string }
  | {
      mechanism: 'aws'
      authorizationIdentity: string
      accessKeyId: string
      secretAccessKey: string
      sessionToken?: string
    }
  | { mechanism: 'oauthbearer'; token: () => Promise<string> }

/** Sends bytes and resolves with the broker's, which refuses by an error. */
export type Exchange = (bytes: Buffer) => Promise<Buffer>

/** Goes through a mechanism's exchange. @throws ClientError when the broker refuses, or can't prove that it is the right one. */
export async function authenticate(sasl: Sasl, exchange: Exchange): Promise<void> {
  switch (sasl.mechanism) {
    case 'plain':
      await exchange(Buffer.from(`\0${sasl.username}\0${sasl.password}`))
      return
    case 'scram-sha-256':
      return scram('sha256', sasl, exchange)
    case 'scram-sha-512':
      return scram('sha512', sasl, exchange)
    case 'oauthbearer':
      return oauthBearer(await sasl.token(), exchange)
    case 'aws': {
      // An add-on of brokers, as kafkajs speaks it.
      const { authorizationIdentity, accessKeyId, secretAccessKey, sessionToken = '' } = sasl
      await exchange(Buffer.from([authorizationIdentity, accessKeyId, secretAccessKey, sessionToken].join('\0')))
    }
  }
}

/** RFC 7628. What Kafka answers to a token that it refuses is why; only then, and an answer to that, comes the error. */
async function oauthBearer(token: string, exchange: Exchange): Promise<void> {
  const answer = await exchange(Buffer.from(`n,,\x01auth=Bearer ${token}\x01\x01`))
  if (answer.length === 0) return
  await exchange(Buffer.from('\x01'))
  throw refused(`the token is refused: ${answer.toString()}`)
}

/** RFC 5802. */
async function scram(
  hash: 'sha256' | 'sha512',
  { username, password }: { username: string; password: string },
  exchange: Exchange,
): Promise<void> {
  const nonce = randomBytes(24).toString('base64')
  const first = `n=${username.replaceAll('=', '=3D').replaceAll(',', '=2C')},r=${nonce}`
  const challenge = (await exchange(Buffer.from(`n,,${first}`))).toString()
  const { r = '', s = '', i = '', e: problem } = attributesOf(challenge)
  const iterations = Number(i)
  if (problem !== undefined) throw refused(problem)
  if (!r.startsWith(nonce) || r === nonce || !(iterations > 0)) throw refused("the broker's challenge isn't one")
  const size = hash === 'sha256' ? 32 : 64
  const salted = await promisify(pbkdf2)(password, Buffer.from(s, 'base64'), iterations, size, hash)
  const sign = (key: Buffer, text: string): Buffer => createHmac(hash, key).update(text).digest()
  const clientKey = sign(salted, 'Client Key')
  // `biws` is the `n,,` of the beginning.
  const last = `c=biws,r=${r}`
  const signed = `${first},${challenge},${last}`
  const signature = sign(createHash(hash).update(clientKey).digest(), signed)
  const proof = Buffer.from(clientKey.map((byte, index) => byte ^ signature[index]!)).toString('base64')
  const { v = '', e: refusal } = attributesOf((await exchange(Buffer.from(`${last},p=${proof}`))).toString())
  if (refusal !== undefined) throw refused(refusal)
  const proofOfBroker = Buffer.from(v, 'base64')
  const expected = sign(sign(salted, 'Server Key'), signed)
  if (proofOfBroker.length !== expected.length || !timingSafeEqual(proofOfBroker, expected)) {
    throw refused("the broker doesn't know the secret: its signature is wrong")
  }
}

/** `r=…,s=…,i=…` */
function attributesOf(text: string): Partial<Record<string, string>> {
  return Object.fromEntries(text.split(',').map((part) => [part.slice(0, 1), part.slice(2)]))
}

function refused(why: string): ClientError {
  return new ClientError(`SASL authentication failed: ${why}`, { code: 'SASL_AUTHENTICATION_FAILED' })
}
