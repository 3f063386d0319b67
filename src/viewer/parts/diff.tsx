import type { VNode } from 'preact'

/** Differences line by line: what was expected begins with -, what there was with +. */
export function Diff({ lines }: { lines: readonly string[] }): VNode {
  return (
    <pre class="diff" tabIndex={0} role="group" aria-label="What was expected (-) against what there was (+)">
      {lines.map((line, index) => (
        <span key={index} class={line.startsWith('-') ? 'gone' : line.startsWith('+') ? 'come' : undefined}>
          {`${line}\n`}
        </span>
      ))}
    </pre>
  )
}
