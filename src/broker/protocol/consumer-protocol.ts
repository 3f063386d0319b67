import type { Encodable } from './codec.ts'
import { type Field, structReader, structWriter } from './fields.ts'
import type { ConsumerProtocolAssignment, ConsumerProtocolSubscription } from './messages.gen.ts'
import { ByteReader, ProtocolError } from './reader.ts'
import { dataTables } from './tables.gen.ts'
import { Writer } from './writer.ts'

/*
 * What members of a consumer group put into the opaque bytes of JoinGroup and SyncGroup: a version, then the message.
 * A newer version than we know is read as the newest known (Kafka: ConsumerProtocol#deserializeVersion), what follows
 * it is not looked at.
 */
const tables = new Map(
  dataTables.map(([name, , high, fields]) => [name, { high, fields: JSON.parse(fields) as Field[] }]),
)

function decode(name: string, bytes: Buffer): unknown {
  const { high, fields } = tables.get(name)!
  const reader = new ByteReader(bytes)
  try {
    const version = Math.min(reader.int16(), high)
    return structReader(fields, version, false)(reader)
  } catch (error) {
    throw error instanceof ProtocolError ? error.inMessage(name) : error
  }
}

function encode(name: string, version: number, value: unknown): Buffer {
  const writer = new Writer()
  writer.int16(version)
  structWriter(tables.get(name)!.fields, version, false)(writer, value)
  return writer.written
}

/**
 * A version that is followed by less than it has is read as version 0: NestJS's assignor says 1, and writes what 0 has.
 *
 * @throws ProtocolError when the bytes are not those of the consumer protocol.
 */
export function decodeSubscription(bytes: Buffer): ConsumerProtocolSubscription {
  const name = 'ConsumerProtocolSubscription'
  try {
    return decode(name, bytes) as ConsumerProtocolSubscription
  } catch (error) {
    if (bytes.length < 2 || bytes.readInt16BE(0) === 0) throw error
    return decode(name, Buffer.concat([Buffer.alloc(2), bytes.subarray(2)])) as ConsumerProtocolSubscription
  }
}

/** @throws ProtocolError when the bytes are not those of the consumer protocol. */
export function decodeAssignment(bytes: Buffer): ConsumerProtocolAssignment {
  return decode('ConsumerProtocolAssignment', bytes) as ConsumerProtocolAssignment
}

export function encodeSubscription(subscription: Encodable<ConsumerProtocolSubscription>, version = 1): Buffer {
  return encode('ConsumerProtocolSubscription', version, subscription)
}

export function encodeAssignment(assignment: Encodable<ConsumerProtocolAssignment>, version = 1): Buffer {
  return encode('ConsumerProtocolAssignment', version, assignment)
}
