import type { ResolvedEndpoint } from '../config/endpoint.ts'
import type { RunLine } from '../run/model.ts'
import { EndpointClient } from './endpoint-client.ts'
import type { Store, Waiting } from './store.ts'
import { problemOf, Upload } from './upload.ts'

/** What has arrived, or why not all of it. */
export type Uploaded =
  | { url: string; bytes: number; chunks: number; problem?: undefined }
  | { url: string; problem: string }

/**
 * The upload of a run that is going on, in the runner's own process: while tests run it waits for nobody and nobody for
 * it. What it sends is in the store first, so that a run whose process is killed can be pushed later.
 */
export class LiveUpload {
  readonly #run: RunLine
  readonly #endpoint: ResolvedEndpoint
  readonly #store: Store
  readonly #temporary: boolean
  readonly #client: EndpointClient | undefined
  readonly #upload: Upload | undefined

  /** `history.enabled` says whether the run stays in the store when it has arrived. */
  constructor(run: RunLine, { endpoint, enabled }: { endpoint: ResolvedEndpoint; enabled: boolean }, store: Store) {
    this.#run = run
    this.#endpoint = endpoint
    this.#store = store
    this.#temporary = !enabled
    const token = readToken()
    if (token === undefined) return
    const { url, timeout: patience } = endpoint
    const project = endpoint.project ?? run.project
    this.#client = new EndpointClient({ url, token, patience })
    const keepCuts = (cuts: readonly number[]): void => this.#keep(cuts)
    this.#upload = new Upload({ client: this.#client, project, run, keepCuts })
  }

  /** Takes lines that are in the store; they are on their way when it returns. */
  add(lines: string): void {
    this.#upload?.add(lines)
  }

  /** Everything was added: whoever pushes the run from now on cuts it as it is cut here. */
  seal(): void {
    this.#upload?.seal()
  }

  /** Waits for what is on its way, no longer than the endpoint's timeout; `tell` hears how far it is. Never throws. */
  async finish(tell: (text: string) => void): Promise<Uploaded> {
    const { url, timeout } = this.#endpoint
    if (this.#client === undefined || this.#upload === undefined) {
      this.#keep([])
      return { url, problem: 'KAFKA_TESTKIT_TOKEN is not set' }
    }
    const upload = this.#upload
    const told = setInterval(() => {
      const { arrived, chunks } = upload.progress
      tell(`Uploading to ${url}: ${arrived} of ${chunks} ${chunks === 1 ? 'chunk' : 'chunks'}`)
    }, 100)
    this.#client.setDeadline(timeout)
    try {
      await upload.finish()
      settle(this.#store, this.#run.id, this.#temporary)
      const { bytes, chunks } = upload.progress
      return { url, bytes, chunks }
    } catch (error) {
      return { url, problem: problemOf(error).message }
    } finally {
      clearInterval(told)
      this.#client.close()
    }
  }

  /** Forgets a run of which nothing was added. */
  drop(): void {
    this.#client?.close()
  }

  #keep(cuts: readonly number[]): void {
    const { url, project } = this.#endpoint
    const waiting = { url, project: project ?? this.#run.project, cuts, temporary: this.#temporary }
    keep(this.#store, this.#run.id, waiting)
  }
}

/** Notes that a run waits, if that can be done: where the disk is full, it may arrive all the same. */
export function keep(store: Store, id: string, waiting: Waiting): void {
  try {
    store.keepWaiting(id, waiting)
  } catch {
    // What it means is said when the upload has failed too.
  }
}

/** A run has arrived: it waits no longer, and stays only where runs are stored. */
export function settle(store: Store, id: string, temporary: boolean): void {
  if (temporary) store.remove(id)
  else store.arrived(id)
}

/** From the environment only: a config is committed. */
export function readToken(env: NodeJS.ProcessEnv = process.env): string | undefined {
  return env.KAFKA_TESTKIT_TOKEN?.trim() || undefined
}
