import type { VNode } from 'preact'

/** The name of an environment, with its colour where it has one. */
export function EnvironmentMark({ name, color }: { name: string; color: string | null }): VNode {
  return (
    <span class={`environment ${color ?? 'plain'}`}>
      <i aria-hidden="true" />
      <bdi>{name}</bdi>
    </span>
  )
}
