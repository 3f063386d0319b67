import {
  type ApiName,
  apiByKey,
  apiTable,
  decodeResponse,
  type Encodable,
  type Messages,
  writeRequest,
  writeResponse,
} from './codec.ts'
import { ByteReader } from './reader.ts'
import { Writer } from './writer.ts'

/** Who asks, and by which number the answer is known. */
export interface Asking {
  readonly version: number
  readonly correlationId: number
  readonly clientId: string
}

export interface RequestHeader {
  apiKey: number
  apiVersion: number
  correlationId: number
  clientId: string | null
  /** What follows the header. */
  body: Buffer
}

/**
 * Reads the header of a request frame (without its length). Its form follows from the API and its version: 2 (with
 * tagged fields, KIP-482) where the API is flexible, else 1. An API that isn't known is read as 1.
 *
 * @throws ProtocolError when the frame is too short.
 */
export function decodeRequestHeader(frame: Buffer): RequestHeader {
  const reader = new ByteReader(frame)
  const apiKey = reader.int16()
  const apiVersion = reader.int16()
  const correlationId = reader.int32()
  const length = reader.int16()
  const clientId = length < 0 ? null : reader.string(length)
  const table = apiByKey(apiKey)
  if (table !== undefined && apiVersion >= table.flexibleFrom) reader.skipTaggedFields()
  return { apiKey, apiVersion, correlationId, clientId, body: frame.subarray(reader.offset) }
}

/** The client id of a request whose API isn't known; '' where there is none, or the bytes are no request. */
export function clientIdOf(frame: Buffer): string {
  const length = frame.length < 10 ? -1 : frame.readInt16BE(8)
  return length > 0 && 10 + length <= frame.length ? frame.toString('utf8', 10, 10 + length) : ''
}

/**
 * A response with its header and length, ready for the socket, in one or several pieces. The header of ApiVersions never has tagged fields: a
 * client that reads it doesn't know yet which versions the broker speaks (KIP-511).
 */
export function encodeResponseFrame<Name extends ApiName>(
  name: Name,
  version: number,
  correlationId: number,
  response: Encodable<Messages[Name]['response']>,
): Buffer[] {
  const writer = new Writer(1024)
  writer.int32(0)
  writer.int32(correlationId)
  if (version >= apiTable(name).flexibleFrom && name !== 'ApiVersions') writer.unsignedVarint(0)
  writeResponse(writer, name, version, response)
  return withLength(writer)
}

/** A request with its header and length, ready for the socket, in one or several pieces. */
export function encodeRequestFrame<Name extends ApiName>(
  name: Name,
  { version, correlationId, clientId }: Asking,
  request: Encodable<Messages[Name]['request']>,
): Buffer[] {
  const { key, flexibleFrom } = apiTable(name)
  const writer = new Writer(512)
  writer.int32(0)
  writer.int16(key)
  writer.int16(version)
  writer.int32(correlationId)
  const length = Buffer.byteLength(clientId)
  writer.int16(length)
  writer.text(clientId, length)
  if (version >= flexibleFrom) writer.unsignedVarint(0)
  writeRequest(writer, name, version, request)
  return withLength(writer)
}

/**
 * What a response frame (without its length) holds.
 *
 * @throws ProtocolError when its bytes don't follow the protocol.
 */
export function decodeResponseFrame<Name extends ApiName>(
  name: Name,
  version: number,
  frame: Buffer,
): Messages[Name]['response'] {
  const reader = new ByteReader(frame)
  reader.int32()
  if (version >= apiTable(name).flexibleFrom && name !== 'ApiVersions') reader.skipTaggedFields()
  return decodeResponse(name, version, frame.subarray(reader.offset))
}

function withLength(writer: Writer): Buffer[] {
  const { length, pieces } = writer
  pieces[0]!.writeInt32BE(length - 4, 0)
  return pieces
}
