import { expect, test } from 'vitest'
import { decodeRequest, decodeResponse, encodeRequest, encodeResponse } from '../../../src/broker/protocol/codec.ts'

const zeroId = 'AAAAAAAAAAAAAAAAAAAAAA'

test('a field that the version lacks holds its default', () => {
  expect(decodeRequest('Metadata', 0, encodeRequest('Metadata', 0, { topics: [{ name: 'orders' }] }))).toEqual({
    topics: [{ name: 'orders', topicId: zeroId }],
    allowAutoTopicCreation: true,
    includeClusterAuthorizedOperations: false,
    includeTopicAuthorizedOperations: false,
  })
})

test('a field that is left out is written as its default', () => {
  expect(decodeRequest('JoinGroup', 5, encodeRequest('JoinGroup', 5, { groupId: 'g' }))).toMatchObject({
    groupId: 'g',
    groupInstanceId: null,
    rebalanceTimeoutMs: -1,
    protocols: [],
  })
})

test('a value that the version can not say is dropped', () => {
  const request = { groupId: 'g', memberId: 'm', groupInstanceId: 'static' }
  expect(decodeRequest('Heartbeat', 2, encodeRequest('Heartbeat', 2, request))).toMatchObject({ groupInstanceId: null })
  expect(decodeRequest('Heartbeat', 3, encodeRequest('Heartbeat', 3, request))).toMatchObject(request)
})

test('null, where the version has no null, is written as empty', () => {
  const old = encodeRequest('Metadata', 0, { topics: null })
  expect(decodeRequest('Metadata', 0, old).topics).toEqual([])
})

test('a tagged field is written only when it says something', () => {
  const without = encodeResponse('ApiVersions', 3, {})
  expect(encodeResponse('ApiVersions', 3, { finalizedFeaturesEpoch: -1, zkMigrationReady: false })).toEqual(without)
  const bytes = encodeResponse('ApiVersions', 3, { finalizedFeaturesEpoch: 5 })
  expect(bytes.length).toBeGreaterThan(without.length)
  expect(decodeResponse('ApiVersions', 3, bytes)).toMatchObject({ finalizedFeaturesEpoch: 5, zkMigrationReady: false })
})

test('a struct in a tagged field is written', () => {
  const partition = { partitionIndex: 1, currentLeader: { leaderId: 4, leaderEpoch: 2 } }
  const bytes = encodeResponse('Fetch', 12, { responses: [{ topic: 'orders', partitions: [partition] }] })
  expect(decodeResponse('Fetch', 12, bytes).responses[0]!.partitions[0]).toMatchObject(partition)
})

test('tagged fields that are not known are passed over', () => {
  const known = encodeRequest('Heartbeat', 4, { groupId: 'g', memberId: 'm' })
  const tags = Buffer.from([2, 0x63, 3, 1, 2, 3, 0x80, 0x01, 0])
  const bytes = Buffer.concat([known.subarray(0, -1), tags])
  expect(decodeRequest('Heartbeat', 4, bytes)).toEqual(decodeRequest('Heartbeat', 4, known))
})

test('what the bytes share is not copied', () => {
  const bytes = encodeRequest('Produce', 7, {
    topicData: [{ name: 'orders', partitionData: [{ index: 0, records: Buffer.from('records') }] }],
  })
  const { records } = decodeRequest('Produce', 7, bytes).topicData[0]!.partitionData[0]!
  expect(records!.toString()).toBe('records')
  expect(records!.buffer).toBe(bytes.buffer)
})

test.each([
  ['an offset', 2 ** 40 + 3],
  ['the greatest whole number', Number.MAX_SAFE_INTEGER],
  ['the least whole number', Number.MIN_SAFE_INTEGER],
  ['minus one', -1],
  ["Java's greatest number, which is rounded", 2 ** 63],
  ["Java's least number", -(2 ** 63)],
])('%s goes through an int64', (_, offset) => {
  const bytes = encodeResponse('Produce', 3, {
    responses: [{ name: 'orders', partitionResponses: [{ index: 0, baseOffset: offset }] }],
  })
  expect(decodeResponse('Produce', 3, bytes).responses[0]!.partitionResponses[0]!.baseOffset).toBe(offset)
})

test('an error says in which field of which element the bytes ended', () => {
  const bytes = encodeRequest('Metadata', 4, { topics: [{ name: 'orders' }, { name: 'payments' }] })
  expect(() => decodeRequest('Metadata', 4, bytes.subarray(0, 18))).toThrow(
    /^Metadata request version 4: topics\[1\]\.name: 8 bytes wanted at byte 14, 4 are left$/,
  )
})

test('an error in a tagged field names it', () => {
  const bytes = Buffer.from('0000 01 00000000 01 01 03 aabbcc'.replaceAll(' ', ''), 'hex')
  expect(() => decodeResponse('ApiVersions', 3, bytes)).toThrow(
    /^ApiVersions response version 3: finalizedFeaturesEpoch: 8 bytes wanted/,
  )
})

test('a negative length that is not the one of null is an error', () => {
  expect(() => decodeRequest('Heartbeat', 0, Buffer.from('fffe', 'hex'))).toThrow('groupId: a string of length -2')
  expect(() => decodeRequest('Metadata', 1, Buffer.from('fffffffe', 'hex'))).toThrow('topics: an array of length -2')
})

test('a varint without an end is an error', () => {
  expect(() => decodeRequest('Heartbeat', 4, Buffer.alloc(20, 0xff))).toThrow('groupId: a varint of more than 5 bytes')
})
