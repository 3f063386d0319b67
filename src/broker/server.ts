import type { Socket } from 'node:net'
import type { Api } from './api.ts'
import { unsupportedApiVersions } from './apis/api-versions.ts'
import { apis } from './apis/index.ts'
import { ClientConnection } from './connection.ts'
import { createNewTopic } from './new-topic.ts'
import type { BrokerSettings } from './options.ts'
import { apiTable, decodeRequest } from './protocol/codec.ts'
import { clientIdOf, decodeRequestHeader, encodeResponseFrame } from './protocol/headers.ts'
import { BrokerState } from './state.ts'
import { unservedApi, unservedVersion } from './unserved.ts'

const apisByKey: ReadonlyMap<number, Api> = new Map(apis.map((api) => [apiTable(api.name).key, api]))

/** What the broker is once somebody talks to it: its state, and the way of a request from the socket to its API. */
export class Server {
  readonly state: BrokerState
  #connections = 0

  constructor(settings: BrokerSettings) {
    this.state = new BrokerState(settings, apis)
    for (const topic of settings.topics) {
      if (typeof topic === 'string') createNewTopic(this.state, topic)
      else createNewTopic(this.state, topic.name, topic)
    }
  }

  serve(socket: Socket): void {
    this.#connections += 1
    new ClientConnection(this.#connections, socket, this.state, (frame, connection) => this.#answer(frame, connection))
  }

  close(): void {
    this.state.close()
  }

  async #answer(frame: Buffer, connection: ClientConnection): Promise<Buffer[] | undefined> {
    if (frame.length < 8) throw new Error(`a request of ${frame.length} bytes is too short to be one`)
    const key = frame.readInt16BE(0)
    const version = frame.readInt16BE(2)
    const correlationId = frame.readInt32BE(4)
    const api = apisByKey.get(key)
    if (api === undefined || version < api.versions[0] || version > api.versions[1]) {
      if (api?.name === 'ApiVersions') {
        return encodeResponseFrame('ApiVersions', 0, correlationId, unsupportedApiVersions())
      }
      connection.clientId = clientIdOf(frame)
      throw new Error(api === undefined ? unservedApi(key, version) : unservedVersion(api.name, version, api.versions))
    }
    const { clientId, body } = decodeRequestHeader(frame)
    connection.heard(clientId ?? '', api.name, version)
    const request = decodeRequest(api.name, version, body)
    const context = { broker: this.state, connection, version, clientId: connection.clientId }
    const response = await this.#handle(api, request, context)
    return response && encodeResponseFrame(api.name, version, correlationId, response)
  }

  async #handle(api: Api, request: Parameters<Api['handle']>[0], context: Parameters<Api['handle']>[1]) {
    try {
      return await api.handle(request, context)
    } catch (error) {
      throw new Error(`${api.name}: ${error instanceof Error ? error.message : String(error)}`, { cause: error })
    }
  }
}
