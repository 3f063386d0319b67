import type { VNode } from 'preact'
import type { Connection } from '../data/follow.ts'

/** That what is shown may be old by now. */
export function Connected({ connection }: { connection: Connection }): VNode {
  return (
    <p role="status" class={connection === 'lost' ? 'note warn' : 'sr'}>
      {connection === 'lost' &&
        'The connection to the endpoint is lost. It is tried again; until then nothing new appears.'}
    </p>
  )
}
