import { expect, test } from 'vitest'
import { decodeResponse, encodeRequest, ProtocolError } from '../../../src/broker/protocol/codec.ts'
import { decodeRequestHeader, encodeResponseFrame } from '../../../src/broker/protocol/headers.ts'

const bytes = (hex: string): Buffer => Buffer.from(hex.replaceAll(' ', ''), 'hex')

test('the header of a request without tagged fields', () => {
  expect(decodeRequestHeader(bytes('000c 0003 00000007 0002 6d65 aabb'))).toEqual({
    apiKey: 12,
    apiVersion: 3,
    correlationId: 7,
    clientId: 'me',
    body: bytes('aabb'),
  })
})

test('a client id may be null', () => {
  expect(decodeRequestHeader(bytes('000c 0003 00000007 ffff'))).toMatchObject({ clientId: null, body: bytes('') })
})

test('the header of a flexible version has tagged fields, which are passed over', () => {
  const header = decodeRequestHeader(bytes('000c 0004 00000007 0002 6d65 02 00 01 ff 05 02 0102 aabb'))
  expect(header).toMatchObject({ clientId: 'me', body: bytes('aabb') })
})

test('the header of an unknown API is read as far as it is known', () => {
  expect(decodeRequestHeader(bytes('2328 0004 00000007 0002 6d65 aabb'))).toMatchObject({
    apiKey: 9000,
    clientId: 'me',
    body: bytes('aabb'),
  })
})

test('a header that is cut off is an error of the protocol', () => {
  const header = bytes('000c 0004 00000007 0002 6d65 01 05 02 0102')
  for (let end = 0; end < header.length; end++) {
    expect(() => decodeRequestHeader(header.subarray(0, end))).toThrow(ProtocolError)
  }
})

const responseFrame: (...args: Parameters<typeof encodeResponseFrame>) => Buffer = (...args) =>
  Buffer.concat(encodeResponseFrame(...args))

test('a response begins with its length and the number of its request', () => {
  expect(responseFrame('Heartbeat', 0, 7, { errorCode: 27 })).toEqual(bytes('00000006 00000007 001b'))
})

test('the header of a flexible response has tagged fields, only the one of ApiVersions never', () => {
  expect(responseFrame('Heartbeat', 4, 7, { errorCode: 27 })).toEqual(bytes('0000000c 00000007 00 00000000 001b 00'))
  const versions = responseFrame('ApiVersions', 3, 7, { errorCode: 35 })
  expect(versions.subarray(4, 10)).toEqual(bytes('00000007 0023'))
})

test('a response larger than the writer began with keeps its beginning', () => {
  const partitions = Array.from({ length: 500 }, (_, partitionIndex) => ({ partitionIndex, records: null }))
  const frame = responseFrame('Fetch', 11, 9, { responses: [{ topic: 'orders', partitions }] })
  expect(frame.readInt32BE(0)).toBe(frame.length - 4)
  expect(frame.readInt32BE(4)).toBe(9)
  expect(decodeResponse('Fetch', 11, frame.subarray(8)).responses[0]!.partitions).toMatchObject(partitions)
})

test('the batches of a response are not copied, short ones aside, and lie between its fields', () => {
  const long = [Buffer.alloc(100_000, 'x'), Buffer.alloc(5_000, 'y')]
  const short = Buffer.from('z')
  const partitions = [
    { partitionIndex: 3, records: [...long, short] },
    { partitionIndex: 4, records: long[1]! },
  ]
  for (const version of [11, 12]) {
    const pieces = encodeResponseFrame('Fetch', version, 9, { responses: [{ topic: 'orders', partitions }] })
    for (const batch of long) expect(pieces.some(({ buffer }) => buffer === batch.buffer)).toBe(true)
    const frame = Buffer.concat(pieces)
    expect(frame.readInt32BE(0)).toBe(frame.length - 4)
    const [third, fourth] = decodeResponse('Fetch', version, frame.subarray(version === 11 ? 8 : 9)).responses[0]!
      .partitions
    expect(third!.records).toEqual(Buffer.concat([...long, short]))
    expect(fourth!.records).toEqual(long[1])
  }
})

test('a request and its header fit together', () => {
  const header = bytes('0003 000c 00000001 0002 6d65 00')
  const body = encodeRequest('Metadata', 12, { topics: [{ name: 'orders' }] })
  expect(decodeRequestHeader(Buffer.concat([header, body])).body).toEqual(body)
})
