import { fileURLToPath } from 'node:url'
import fc from 'fast-check'
import { expect, test } from 'vitest'
import {
  type ApiName,
  apiTable,
  decodeRequest,
  decodeResponse,
  encodeRequest,
  encodeResponse,
} from '../../src/broker/protocol/codec.ts'
import { apiTables } from '../../src/broker/protocol/tables.gen.ts'
import { messages, seed } from '../broker/protocol/messages.ts'
import { run } from './support/command.ts'
import { classpath, jvmOptions } from './support/java.ts'
import { describeClient } from './support/tool.ts'

interface Sample {
  readonly name: string
  readonly version: number
  readonly hex: string
  readonly message: unknown
}

const sides = [
  { side: 'request', encode: encodeRequest, decode: decodeRequest },
  { side: 'response', encode: encodeResponse, decode: decodeResponse },
] as const

/** Random messages of every version of an API, with their bytes. */
function samplesOf(name: ApiName): Sample[] {
  const { versions, ...table } = apiTable(name)
  const samples: Sample[] = []
  for (let version = versions[0]; version <= versions[1]; version++) {
    for (const { side, encode, decode } of sides) {
      for (const message of fc.sample(messages(JSON.parse(table[side]), version), { seed, numRuns: 10 })) {
        const bytes = encode(name, version, message)
        const className = name + side[0]!.toUpperCase() + side.slice(1)
        samples.push({ name: className, version, hex: bytes.toString('hex'), message: decode(name, version, bytes) })
      }
    }
  }
  return samples
}

/** As Kafka prints it: bytes in base64; of record batches only a length, which is left out. */
function asJson(message: unknown): unknown {
  return JSON.parse(JSON.stringify(message), (_, value) =>
    value?.type === 'Buffer' ? Buffer.from(value.data).toString('base64') : value,
  )
}

const withoutSizes = (json: string): object =>
  JSON.parse(json, (key, value) => (key.endsWith('SizeInBytes') ? undefined : value)) as object

describeClient('Kafka for Java', () => {
  test(`reads and writes every message as the codec does (seed ${seed})`, async () => {
    const samples = apiTables.flatMap(([name]) => samplesOf(name as ApiName))
    const program = fileURLToPath(new URL('java/Messages.java', import.meta.url))
    const { stdout } = await run('java', [...jvmOptions, '-cp', classpath, program], {
      input: samples.map(({ name, version, hex }) => `${name} ${version} ${hex}\n`).join(''),
    })
    const answers = stdout.trimEnd().split('\n')
    expect(answers).toHaveLength(samples.length)
    let compared = 0
    for (const [index, { name, version, hex, message }] of samples.entries()) {
      const answer = answers[index]!
      if (answer === 'unknown') continue
      const space = answer.indexOf(' ')
      expect(answer.slice(0, space), `${name} version ${version}`).toBe(hex)
      expect(asJson(message), `${name} version ${version}`).toMatchObject(withoutSizes(answer.slice(space + 1)))
      compared += 1
    }
    // Kafka 4 dropped the oldest versions (KIP-896).
    expect(compared).toBeGreaterThan(samples.length * 0.85)
  })
})
