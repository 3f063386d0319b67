import { test } from 'vitest'
import { expectAsTitled, runners } from './set-ups.ts'

// They do next to nothing but wait, as each test for the first rebalance of its group.
test.concurrent.for(['Vitest 5', 'Jest 30 in worker processes'])(
  '%s: each test passes or fails as its title says on a broker that is as strict as Kafka',
  { timeout: 200_000 },
  async (name) => {
    const { project, run } = runners[name]!()
    try {
      // A group's first rebalance takes 3 s there.
      const env = { KAFKA_TESTKIT_STRICT: 'true', KAFKA_TESTKIT_TIMEOUT: '15000' }
      expectAsTitled(await run(['--testTimeout=60000'], env, 190_000))
    } finally {
      project[Symbol.dispose]()
    }
  },
)
