import type { Partition } from '../log/partition.ts'
import type { BrokerState } from '../state.ts'
import type { Member } from './member.ts'

/** A member that a partition is assigned to. */
export interface ReadingMember {
  readonly groupId: string
  readonly member: Member
}

/** Which members of a client read a partition: a Fetch names no group. Several services may share a client id. */
export class Readers {
  readonly #broker: BrokerState
  /** From client id to what its members read; forgotten whenever a group or a topic changes. */
  readonly #byClient: Map<string, Map<Partition, ReadingMember[]>> = new Map()

  constructor(broker: BrokerState) {
    this.#broker = broker
    for (const name of ['joined', 'left', 'group state', 'topic created', 'topic deleted'] as const) {
      broker.events.on(name, () => this.#byClient.clear())
    }
  }

  of(clientId: string, partition: Partition): readonly ReadingMember[] {
    let readers = this.#byClient.get(clientId)
    if (readers === undefined) {
      readers = this.#find(clientId)
      this.#byClient.set(clientId, readers)
    }
    return readers.get(partition) ?? []
  }

  #find(clientId: string): Map<Partition, ReadingMember[]> {
    const readers = new Map<Partition, ReadingMember[]>()
    const { groups } = this.#broker
    for (const { groupId, members } of groups.list()) {
      for (const { memberId, clientId: theirs, assignment } of members) {
        const member = groups.find(groupId)?.members.get(memberId)
        if (theirs !== clientId || member === undefined) continue
        for (const partition of partitionsOf(assignment, this.#broker)) {
          readers.set(partition, [...(readers.get(partition) ?? []), { groupId, member }])
        }
      }
    }
    return readers
  }
}

type Assignment = readonly { readonly topic: string; readonly partitions: readonly number[] }[]

/** Those of an assignment that are there: a topic may be deleted while it is assigned. */
export function partitionsOf(assignment: Assignment, { topics }: BrokerState): Partition[] {
  return assignment.flatMap(({ topic, partitions }) =>
    partitions.flatMap((index) => topics.get(topic)?.partitions[index] ?? []),
  )
}
