import { expect, test } from 'vitest'
import { ProtocolError } from '../../../src/broker/protocol/codec.ts'
import {
  decodeAssignment,
  decodeSubscription,
  encodeAssignment,
  encodeSubscription,
} from '../../../src/broker/protocol/consumer-protocol.ts'

const subscription = {
  topics: ['orders', 'payments'],
  userData: Buffer.from('sticky'),
  ownedPartitions: [{ topic: 'orders', partitions: [0, 2] }],
  generationId: 7,
  rackId: 'a',
}

test('a subscription has its version in front', () => {
  expect(encodeSubscription({ topics: ['a'], userData: null }, 0)).toEqual(
    Buffer.from('0000 00000001 000161 ffffffff'.replaceAll(' ', ''), 'hex'),
  )
})

test.each([
  [0, { ownedPartitions: [], generationId: -1, rackId: null }],
  [1, { generationId: -1, rackId: null }],
  [2, { rackId: null }],
  [3, {}],
])('version %i of a subscription says what it can', (version, lost) => {
  expect(decodeSubscription(encodeSubscription(subscription, version))).toEqual({ ...subscription, ...lost })
})

test('a newer version is read as the newest known, and what follows is not looked at', () => {
  const bytes = Buffer.concat([encodeSubscription(subscription, 3), Buffer.from('what is to come')])
  bytes.writeInt16BE(9)
  expect(decodeSubscription(bytes)).toEqual(subscription)
})

test('an assignment is read', () => {
  const assignment = { assignedPartitions: [{ topic: 'orders', partitions: [0, 1] }], userData: Buffer.alloc(0) }
  expect(decodeAssignment(encodeAssignment(assignment))).toEqual(assignment)
})

test('bytes of another kind are an error that says where', () => {
  expect(() => decodeSubscription(Buffer.from('{"json":true}'))).toThrow(ProtocolError)
  expect(() =>
    decodeAssignment(encodeAssignment({ assignedPartitions: [{ topic: 'orders' }] }).subarray(0, 9)),
  ).toThrow(/^ConsumerProtocolAssignment: assignedPartitions\[0\]\.topic: 6 bytes wanted at byte 8, 1 are left$/)
})

test('no bytes at all are an error', () => {
  expect(() => decodeAssignment(Buffer.alloc(0))).toThrow('ConsumerProtocolAssignment: 2 bytes wanted at byte 0')
})
