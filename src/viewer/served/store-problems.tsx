import type { VNode } from 'preact'
import { useEffect } from 'preact/hooks'
import { useLoad } from '../data/load.ts'
import { askSession } from '../data/session.ts'
import { plural } from '../format.ts'

/** The store is read while one looks at it (milliseconds). */
const AGAIN_MS = 3000

/** What of the store of this machine can't be shown, and why: the rest is. */
export function StoreProblems(): VNode | null {
  const session = useLoad('session', askSession)
  const store = session.state === 'ready' ? session.value.store : null
  useEffect(() => {
    if (store === null) return
    const timer = setTimeout(session.again, AGAIN_MS)
    return () => clearTimeout(timer)
  }, [store])
  if (store === null || store.problems.length === 0) return null
  const runs = Map.groupBy(store.problems, ({ run }) => run)
  return (
    <details class="note warn">
      <summary>{plural(runs.size, 'run')} of this store can't be read whole</summary>
      <ul>
        {[...runs].map(([run, problems]) => (
          <li key={run}>
            <code>{run}</code>: {problems.map(({ problem }) => problem).join('; ')}
          </li>
        ))}
      </ul>
    </details>
  )
}
