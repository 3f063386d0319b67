import type { VNode } from 'preact'
import type { Execution } from '../data/insights.ts'
import { duration, plural, shortTime } from '../format.ts'
import { Status, statusOf } from '../parts/status.tsx'
import { href } from '../route.ts'

interface Props {
  project: string
  /** The newest first. */
  executions: readonly Execution[]
  /** The run that the reader looks at. */
  here?: string
}

/** How a test ended in its last runs, the newest at the right. Each is a link, told by its shape too. */
export function Dots({ project, executions, here }: Props): VNode | null {
  if (executions.length === 0) return null
  return (
    <nav class="dots" aria-label={`The last ${plural(executions.length, 'run')} of the test, the newest at the end`}>
      {executions.toReversed().map((one) => {
        const of = statusOf(one)
        return (
          <a
            key={`${one.run} ${one.id}`}
            href={linkTo(project, one)}
            aria-current={one.run === here ? 'page' : undefined}
            title={`${of}, ${shortTime(one.startedAt)}, ${duration(one.duration)}`}
          >
            <Status of={of} />
          </a>
        )
      })}
    </nav>
  )
}

/** The page of the test in that run. */
export function linkTo(project: string, { run, id }: Execution): string {
  return href(['test', id], {}, [project, 'run', run])
}
