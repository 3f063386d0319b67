import * as clock from '../../base/clock.ts'
import { ErrorCode } from '../protocol/errors.ts'
import type { BrokerState } from '../state.ts'
import { describeGroup, type GroupView } from './description.ts'
import { Group } from './group.ts'

/** The consumer groups of a broker: which there are, and what may be read of them. */
export class Groups {
  readonly #broker: BrokerState
  readonly #groups: Map<string, Group> = new Map()

  constructor(broker: BrokerState) {
    this.#broker = broker
    broker.events.on('topic deleted', ({ topic }) => {
      for (const group of this.#groups.values()) group.offsets.deleteTopic(topic)
    })
  }

  find(groupId: string): Group | undefined {
    return this.#groups.get(groupId)
  }

  findOrCreate(groupId: string): Group {
    let group = this.#groups.get(groupId)
    if (group === undefined) {
      group = new Group(groupId, this.#broker)
      this.#groups.set(groupId, group)
    }
    return group
  }

  /** Removes a group without members, with its offsets; gives Kafka's error code. */
  delete(groupId: string): number {
    const group = this.#groups.get(groupId)
    if (group === undefined) return ErrorCode.GROUP_ID_NOT_FOUND
    if (group.state !== 'Empty') return ErrorCode.NON_EMPTY_GROUP
    this.#groups.delete(groupId)
    for (const pending of group.pendingMembers.keys()) group.removePending(pending)
    group.become('Dead')
    return ErrorCode.NONE
  }

  /** Forgets how far each has come; one without members goes. */
  forgetOffsets(): void {
    for (const [groupId, { offsets, state }] of [...this.#groups]) {
      offsets.clear()
      if (state === 'Empty') this.delete(groupId)
    }
  }

  all(): Iterable<Group> {
    return this.#groups.values()
  }

  list(): GroupView[] {
    return Array.from(this.#groups.values(), describeGroup)
  }

  describe(groupId: string): GroupView | undefined {
    const group = this.#groups.get(groupId)
    return group && describeGroup(group)
  }

  /** Whether a member of this client has yet to rejoin a group that rebalances: a Fetch of it should not wait. */
  rebalancingFor(clientId: string): boolean {
    for (const group of this.#groups.values()) {
      if (group.state !== 'PreparingRebalance') continue
      for (const member of group.members.values()) {
        if (member.clientId === clientId && !member.awaitingJoin) return true
      }
    }
    return false
  }

  /** Stops every timer. */
  close(): void {
    for (const group of this.#groups.values()) {
      clock.clearTimeout(group.phaseTimer)
      for (const { session } of group.members.values()) session.end()
      for (const { session } of group.pendingMembers.values()) session.end()
    }
    this.#groups.clear()
  }
}
