import fc from 'fast-check'
import type { LogRecord } from '../../../src/broker/log/batch.ts'

/** Printed in the titles of the tests that use it; KAFKA_TESTKIT_SEED=<number> runs them again with the same records. */
export const seed: number = Number(process.env.KAFKA_TESTKIT_SEED ?? Date.now() % 2 ** 31)

const bytes = fc.uint8Array({ maxLength: 200 }).map((some) => Buffer.from(some))
const repetitive = fc
  .tuple(fc.string({ minLength: 1, maxLength: 8 }), fc.nat(500))
  .map(([text, times]) => Buffer.from(text.repeat(times)))

/** Random records with consecutive offsets. */
export const someRecords: fc.Arbitrary<LogRecord[]> = fc
  .tuple(
    fc.nat(2 ** 40),
    fc.array(
      fc.record({
        timestamp: fc.integer({ min: -1, max: 2 ** 43 }),
        key: fc.option(bytes),
        value: fc.option(fc.oneof(bytes, repetitive)),
        headers: fc.array(fc.tuple(fc.string({ unit: 'grapheme', maxLength: 10 }), fc.option(bytes)), { maxLength: 3 }),
      }),
      { minLength: 1, maxLength: 10 },
    ),
  )
  .map(([base, records]) => records.map((record, index) => ({ offset: base + index, ...record })))
