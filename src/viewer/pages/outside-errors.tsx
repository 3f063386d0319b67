import type { VNode } from 'preact'
import type { ErrorLine } from '../../run/model.ts'
import { plural } from '../format.ts'
import { Status } from '../parts/status.tsx'

/** What failed outside of any test. */
export function OutsideErrors({ errors }: { errors: readonly ErrorLine[] }): VNode | null {
  if (errors.length === 0) return null
  return (
    <section class="outside" aria-labelledby="outside">
      <h2 id="outside">{plural(errors.length, 'error')} outside of tests</h2>
      {errors.map(({ project, file, suite, name, message }, index) => (
        <article key={index} class="card fail">
          <h3>
            <Status of="error" />
            {[project, file ?? 'the run', suite].filter((part) => part !== null && part !== '').join(' › ')}
          </h3>
          <pre class="message">{`${name}: ${message}`}</pre>
        </article>
      ))}
    </section>
  )
}
