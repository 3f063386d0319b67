import type { Store as Runs } from '../../history/store.ts'
import { Arrivals } from '../arrivals.ts'
import type { Log } from '../log.ts'
import { Removal } from '../removal.ts'
import { createServer, listenOn, MOST_STREAMS, type RunningEndpoint, stopServer } from '../server.ts'
import { Streams } from '../streams.ts'
import { createToken } from '../tokens.ts'
import { Uploads } from '../uploads.ts'
import { Follower } from './follower.ts'
import { OneTimeLink } from './link.ts'
import { openInMemory } from './memory.ts'

interface LocalOptions {
  runs: Runs
  /** 0: any that is free. */
  port: number
  log: Log
  heartbeat?: number | undefined
  /** Hears of the link that opens the pages: it works once, then there is another. */
  onLink: (link: string) => void
}

/** Only this machine reaches it. */
const HOST = '127.0.0.1'
const HEARTBEAT_MS = 15_000

/**
 * The endpoint's pages over a local store, without set-up: who has the link that the terminal shows may read, nobody else.
 *
 * @throws Error when the port is taken.
 */
export async function startLocal({ runs, port, log, heartbeat, onLink }: LocalOptions): Promise<RunningEndpoint> {
  const store = await openInMemory()
  const { database, bodies } = store
  const [removal, uploads, arrivals] = [new Removal(database, bodies), new Uploads(database, bodies), new Arrivals()]
  const streams = new Streams(arrivals, { heartbeat: heartbeat ?? HEARTBEAT_MS, ...MOST_STREAMS })
  const follower = new Follower({ runs, uploads, removal, arrivals })
  const reader = { name: 'this machine', scope: 'read', project: null, expiresAt: null } as const
  const { secret: token } = await createToken(database, 'local store', reader)
  let url = ''
  const tell = (): void => onLink(`${url}/?token=${link.renew()}`)
  const link: OneTimeLink = new OneTimeLink(tell)
  const local = { token, link, folder: runs.folder, problems: () => follower.problems() }
  const server = createServer({ ...store, removal, arrivals, streams, local }, { rateLimit: 0, log })
  try {
    url = await listenOn(server, HOST, port)
    tell()
    follower.start()
    return {
      url,
      firstToken: undefined,
      close: async () => {
        streams.stop()
        await stopServer(server)
        await follower.stop()
        await database.close()
      },
    }
  } catch (error) {
    await database.close()
    throw error
  }
}
