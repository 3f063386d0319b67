import { redactLine } from '../redaction/projection.ts'
import type { Switches } from '../redaction/redaction.ts'
import type { Line } from '../run/model.ts'
import { EndpointClient } from './endpoint-client.ts'
import { keep, settle } from './live-upload.ts'
import { type Store, toText, type Waiting } from './store.ts'
import { problemOf, Upload } from './upload.ts'

/** Milliseconds that one request may take: somebody waits for the command, and no pipeline. */
const PATIENCE = 60_000

export interface Pushed {
  bytes: number
  /** Whether the run had ended; of one that was lost the endpoint has what there is. */
  ended: boolean
}

/** What of a run is left out on its way, beside what was when it was stored. */
type Redact = Partial<Switches>

/**
 * Sends a stored run to an endpoint: all that isn't there yet. However often, and by however many at once, it is there
 * once.
 *
 * @throws UploadProblem when it isn't whole there.
 */
export async function pushRun(
  store: Store,
  id: string,
  waiting: Waiting,
  { token, redact = {} }: { token: string; redact?: Redact },
): Promise<Pushed> {
  const { url, project, cuts, temporary } = waiting
  const file = store.readFile(id)
  const { run, ended, lines } = shown(file, redact)
  const client = new EndpointClient({ url, token, patience: PATIENCE })
  const upload = new Upload({
    client,
    project,
    run,
    begunAs: file.run,
    cuts,
    keepCuts: (cuts) => keep(store, id, { ...waiting, cuts }),
  })
  const waited = store.waiting(id) !== null
  try {
    upload.addStored(lines)
    await upload.sendStored(ended)
  } catch (error) {
    // What was refused, and waited for nobody before, does not wait now.
    if (!waited && !problemOf(error).passing) store.arrived(id)
    throw error
  } finally {
    client.close()
  }
  settle(store, id, temporary)
  return { bytes: lines.length, ended }
}

function shown(file: ReturnType<Store['readFile']>, redact: Redact): ReturnType<Store['readFile']> {
  if (redact.records !== true && redact.checks !== true) return file
  const texts = file.lines
    .toString()
    .split('\n')
    .filter((text) => text !== '')
  const lines = texts.map((text) => redactLine(JSON.parse(text) as Line, redact))
  return { run: redactLine(file.run, redact), ended: file.ended, lines: Buffer.from(toText(lines)) }
}
