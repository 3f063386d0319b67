import { now } from '../base/clock.ts'
import type { Cluster } from './cluster.ts'

const harmless: Partial<Cluster> = {
  kind: 'embedded',
  security: {},
  prefix: '',
  deterministic: true,
  endsWithFile: true,
  isShared: false,
  mark: () => ({ at: now(), sequence: 0 }),
  pin: async () => {},
  onEvent: () => () => {},
  hold() {},
  passingTopics: async () => [],
  close: async () => {},
}

/** In place of a cluster outside of tests, where each test has a broker of its own: whatever needs one is refused. */
export function noCluster(): Cluster {
  return new Proxy(harmless as Cluster, {
    get(target, member) {
      if (member in target) return target[member as keyof Cluster]
      throw new Error(
        "kafka-testkit: with broker: { scope: 'test' } each test has a broker of its own, and outside of tests there is none: use it in the test, or in a beforeEach",
      )
    },
  })
}
