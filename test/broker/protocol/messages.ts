import fc from 'fast-check'
import type { Field } from '../../../src/broker/protocol/fields.ts'

/** Printed in the titles of the tests that use it; KAFKA_TESTKIT_SEED=<number> runs them again with the same messages. */
export const seed: number = Number(process.env.KAFKA_TESTKIT_SEED ?? Date.now() % 2 ** 31)

const scalars: Record<string, fc.Arbitrary<unknown>> = {
  bool: fc.boolean(),
  int8: fc.integer({ min: -128, max: 127 }),
  int16: fc.integer({ min: -32768, max: 32767 }),
  uint16: fc.integer({ min: 0, max: 65535 }),
  int32: fc.integer(),
  uint32: fc.integer({ min: 0, max: 2 ** 32 - 1 }),
  int64: fc.maxSafeInteger(),
  float64: fc.double({ noNaN: true }),
  string: fc.string({ unit: 'grapheme', maxLength: 20 }),
  bytes: fc.uint8Array({ maxLength: 40 }).map((bytes) => Buffer.from(bytes)),
  records: fc.uint8Array({ maxLength: 40 }).map((bytes) => Buffer.from(bytes)),
  uuid: fc.uint8Array({ minLength: 16, maxLength: 16 }).map((bytes) => Buffer.from(bytes).toString('base64url')),
}

/** Random messages of one version: the fields that this version has, with nulls where it allows them. */
export function messages(fields: readonly Field[], version: number): fc.Arbitrary<Record<string, unknown>> {
  const there = fields.filter(([, , low, high]) => low <= version && version <= high)
  return fc.record(Object.fromEntries(there.map((field) => [field[0], values(field, version)])))
}

function values(field: Field, version: number): fc.Arbitrary<unknown> {
  const [, type, , , nullLow, nullHigh, , , , fields] = field
  const base = type.replace('[]', '')
  const one = base === 'struct' ? messages(fields!, version) : scalars[base]!
  const value = type.startsWith('[]') ? fc.array(one, { maxLength: 3 }) : one
  return nullLow <= version && version <= nullHigh ? fc.option(value, { freq: 4 }) : value
}
