import { createConnection, isIP, type Socket } from 'node:net'
import type { ISocketFactory } from 'kafkajs'

/** The sockets of a client, so that they can be cut when it doesn't close by itself. */
export interface Sockets {
  readonly factory: ISocketFactory
  /** Cuts them, and every one that is opened later. */
  cut(): void
}

/** None of them keeps the process alive. */
export function trackSockets(create: ISocketFactory = open): Sockets {
  const sockets = new Set<Socket>()
  let over = false
  return {
    factory(options) {
      const socket = create(options)
      socket.unref()
      sockets.add(socket)
      socket.on('close', () => sockets.delete(socket))
      if (over) socket.destroy(new Error('the test has ended'))
      return socket
    },
    cut() {
      over = true
      for (const socket of sockets) socket.destroy()
    },
  }
}

/** As kafkajs does it by itself, and without Nagle's delay. */
function open({ host, port, ssl, onConnect }: Parameters<ISocketFactory>[0]): Socket {
  // kafkajs passes what the config says, which may be nothing, though its type says otherwise.
  const secure = ssl as typeof ssl | undefined
  // Loaded where it is needed: node:tls costs a test file 3 ms.
  const socket = secure
    ? process
        .getBuiltinModule('node:tls')
        .connect({ host, port, ...(isIP(host) === 0 ? { servername: host } : {}), ...secure }, onConnect)
    : createConnection({ host, port }, onConnect)
  socket.setKeepAlive(true, 60_000)
  socket.setNoDelay(true)
  return socket
}
