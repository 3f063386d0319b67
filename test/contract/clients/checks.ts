import type { Kafka } from '../../../src/kafka/kafka.ts'
import { expect } from '../../support/matchers.ts'

/** What comes to a service's input. It writes each to its output. */
export const records = ['o-1', 'o-2', 'o-3'] as const

export interface Subject {
  kafka: Kafka
  output: string
  groupId: string
  /** Milliseconds. */
  timeout: number
}

/** What a check says of the service, in the words of docs/clients.md; `too few` is wrong of one that handles all three. */
export type Statement = 'nothing else' | 'all' | 'too few' | 'at rest' | 'committed' | 'not committed' | 'joined'

export interface Check {
  name: string
  says: Statement
  run: (subject: Subject) => Promise<unknown>
}

const topic = ({ kafka, output }: Subject) => expect(kafka.topic(output))
const group = ({ kafka, groupId }: Subject) => expect(kafka.group(groupId))
const limit = ({ timeout }: Subject) => ({ timeout })
const values = records.map((value) => ({ value }))

export const checks: readonly Check[] = [
  {
    name: '.not.toReceiveRecord (none such)',
    says: 'nothing else',
    run: (subject) => topic(subject).not.toReceiveRecord({ value: 'another' }, limit(subject)),
  },
  {
    name: '.not.toReceiveRecord (the last)',
    says: 'too few',
    run: (subject) => topic(subject).not.toReceiveRecord({ value: 'o-3' }, limit(subject)),
  },
  {
    name: 'toReceiveRecordCount(3)',
    says: 'all',
    run: (subject) => topic(subject).toReceiveRecordCount(3, limit(subject)),
  },
  {
    name: 'toReceiveRecordCount(1)',
    says: 'too few',
    run: (subject) => topic(subject).toReceiveRecordCount(1, limit(subject)),
  },
  {
    name: 'toReceiveRecords (exactly all)',
    says: 'all',
    run: (subject) => topic(subject).toReceiveRecords(values, { exactly: true, ...limit(subject) }),
  },
  {
    name: 'toReceiveRecords (exactly the first)',
    says: 'too few',
    run: (subject) => topic(subject).toReceiveRecords(values.slice(0, 1), { exactly: true, ...limit(subject) }),
  },
  {
    name: 'kafka.settled()',
    says: 'at rest',
    run: (subject) => subject.kafka.settled(limit(subject)),
  },
  {
    name: 'toCatchUp()',
    says: 'committed',
    run: (subject) => group(subject).toCatchUp(limit(subject)),
  },
  {
    name: 'toHaveLag(0)',
    says: 'committed',
    run: (subject) => group(subject).toHaveLag(0, limit(subject)),
  },
  {
    name: 'toHaveCommittedOffset(3)',
    says: 'committed',
    run: (subject) => group(subject).toHaveCommittedOffset(3, limit(subject)),
  },
  {
    name: 'toHaveLag(3)',
    says: 'not committed',
    run: (subject) => group(subject).toHaveLag(3, limit(subject)),
  },
  {
    name: 'toHaveMembers(1)',
    says: 'joined',
    run: (subject) => group(subject).toHaveMembers(1, limit(subject)),
  },
]
