import { bytes } from '../base/size.ts'
import { checkEndpointUrl } from '../config/endpoint.ts'
import { findRun } from '../history/find.ts'
import { readToken } from '../history/live-upload.ts'
import { pushRun } from '../history/push.ts'
import { Store, type Waiting } from '../history/store.ts'
import type { Switches } from '../redaction/redaction.ts'

interface PushOptions {
  url?: string
  project?: string
  redact?: Partial<Switches>
}

/** `kafka-testkit push`: sends the runs that wait for it, or those that are named. */
export async function push(given: readonly string[], options: PushOptions): Promise<void> {
  const token = readToken()
  if (token === undefined) throw new Error('KAFKA_TESTKIT_TOKEN is not set: it is what the endpoint knows you by')
  const store = new Store(process.cwd())
  const ids = given.length > 0 ? given.map((id) => findRun(store, id)) : store.waitingIds()
  if (ids.length === 0) console.log('No run waits to be sent')
  let failed = 0
  for (const id of ids) {
    if (store.state(id) === 'running') {
      console.log(`${id}  still running, it sends itself`)
      continue
    }
    try {
      const target = targetOf(store, id, options)
      const { bytes: sent, ended } = await pushRun(store, id, target, { token, redact: options.redact ?? {} })
      const what = ended ? bytes(sent) : `${bytes(sent)}, what there is of a run that was lost`
      console.log(`${id}  sent to ${target.url} (${what})`)
    } catch (error) {
      failed += 1
      console.error(`${id}  not sent: ${(error as Error).message}`)
    }
  }
  if (failed > 0) process.exitCode = 1
}

/** Where a run goes: what was said on the command line, in the environment, or when it ran. */
function targetOf(store: Store, id: string, { url, project, redact }: PushOptions): Waiting {
  const waiting = store.waiting(id)
  const to = url ?? (process.env.KAFKA_TESTKIT_ENDPOINT || undefined) ?? waiting?.url
  if (to === undefined) throw new Error('no endpoint is known for it: --url, or KAFKA_TESTKIT_ENDPOINT')
  checkEndpointUrl('the endpoint of the run', to)
  return {
    url: to,
    project: project ?? waiting?.project ?? store.readFile(id).run.project,
    // What was cut for one endpoint may be cut otherwise for another, and redacted lines have other lengths.
    cuts: waiting?.url === to && redact === undefined ? waiting.cuts : [],
    temporary: waiting?.temporary ?? false,
  }
}
