import { didYouMean } from '../base/nearest.ts'

/**
 * In what the broker does not do as Kafka does, so that a test is faster or says more: each is as in Kafka when its
 * switch is on. docs/embedded-broker.md has a row for each.
 */
export interface StrictSwitches {
  /** A topic that a Metadata request creates is not there yet in the answer (UNKNOWN_TOPIC_OR_PARTITION), but a moment later. */
  topicCreation?: boolean
  /** The first rebalance of a group waits 3 s for further members. */
  rebalanceDelay?: boolean
  /** A Fetch waits for its `max.wait.ms` when there are less than `min.bytes`. */
  fetchWait?: boolean
  /** A Fetch goes on waiting while its client's group rebalances. */
  fetchDuringRebalance?: boolean
  /** kafkajs hears of a rebalance by its heartbeat, not by the answer to an empty Fetch. */
  rebalanceByHeartbeat?: boolean
  /** A request behind a Fetch that waits is answered after it. */
  requestOrder?: boolean
  /** A member whose connections are closed stays in its group until its session times out. */
  membersOutliveConnections?: boolean
  /** Session timeouts below `group.min.session.timeout.ms`, 6 s, are refused. */
  sessionTimeout?: boolean
  /** Each record of a batch is read when it comes, not only where a config asks for it. */
  recordChecks?: boolean
  /** What is a record of the future is decided by the machine's clock alone, not by one that a test has set. */
  clock?: boolean
}

export type StrictSwitch = keyof StrictSwitches

/** Each switch on or off. */
export type Strictness = Readonly<Record<StrictSwitch, boolean>>

/** What `strict: true` sets; the order is that of the table in docs/embedded-broker.md. */
const ALL: Strictness = {
  topicCreation: true,
  rebalanceDelay: true,
  fetchWait: true,
  fetchDuringRebalance: true,
  rebalanceByHeartbeat: true,
  requestOrder: true,
  membersOutliveConnections: true,
  sessionTimeout: true,
  recordChecks: true,
  clock: true,
}

export const strictSwitches: readonly StrictSwitch[] = Object.keys(ALL) as StrictSwitch[]

const NONE: Strictness = Object.fromEntries(strictSwitches.map((name) => [name, false])) as Strictness

/**
 * Every switch as `strict` says: all of them, none, or those that are named.
 *
 * @throws TypeError for an unknown switch (naming the nearest one), or a value that is no boolean.
 */
export function strictness(strict: boolean | StrictSwitches): Strictness {
  if (typeof strict === 'boolean') return strict ? ALL : NONE
  if (typeof strict !== 'object' || strict === null || Array.isArray(strict)) {
    throw new TypeError(
      `startBroker: option 'strict' must be a boolean or an object of switches, not ${JSON.stringify(strict)}.`,
    )
  }
  const given = Object.entries(strict).filter(([, value]) => value !== undefined)
  for (const [name, value] of given) {
    if (!Object.hasOwn(ALL, name)) throw new TypeError(unknownSwitch(name))
    if (typeof value !== 'boolean') {
      throw new TypeError(`startBroker: option 'strict.${name}' must be a boolean, not ${JSON.stringify(value)}.`)
    }
  }
  return { ...NONE, ...Object.fromEntries(given) }
}

function unknownSwitch(name: string): string {
  const hint = didYouMean(name, strictSwitches, `the switches are ${strictSwitches.join(', ')}`)
  return `startBroker: option 'strict' has no switch "${name}", ${hint}`
}
