import { useSignal } from '@preact/signals'
import type { VNode } from 'preact'

/** How many of a list or an object are shown before more are asked for. */
const SHOWN = 100
/** How deep a tree is open at first. */
const OPEN = 3

/** JSON as a tree, each object and list of which can be folded. */
export function JsonTree({ value }: { value: unknown }): VNode {
  return (
    <div class="json">
      <Node value={value} depth={0} />
    </div>
  )
}

interface NodeProps {
  name?: string
  value: unknown
  depth: number
}

function Node({ name, value, depth }: NodeProps): VNode {
  if (typeof value === 'object' && value !== null) return <Branch name={name} value={value} depth={depth} />
  return (
    <div class="leaf">
      <Name name={name} />
      <span class={value === null ? 'null' : typeof value}>{JSON.stringify(value)}</span>
    </div>
  )
}

function Branch({ name, value, depth }: NodeProps & { value: object }): VNode {
  const entries = Object.entries(value)
  const isOpen = useSignal(depth < OPEN)
  const shown = useSignal(SHOWN)
  const [open, close] = Array.isArray(value) ? ['[', ']'] : ['{', '}']
  if (entries.length === 0) {
    return (
      <div class="leaf">
        <Name name={name} />
        {`${open}${close}`}
      </div>
    )
  }
  return (
    <details
      open={isOpen.value}
      onToggle={(event) => {
        isOpen.value = event.currentTarget.open
      }}
    >
      <summary>
        <Name name={name} />
        {open}
        {!isOpen.value && <span class="more">{` ${entries.length} `}</span>}
        {!isOpen.value && close}
      </summary>
      {isOpen.value && (
        <div class="inner">
          {entries.slice(0, shown.value).map(([key, one]) => (
            <Node key={key} name={Array.isArray(value) ? undefined : key} value={one} depth={depth + 1} />
          ))}
          {entries.length > shown.value && (
            <button
              type="button"
              onClick={() => {
                shown.value += 10 * SHOWN
              }}
            >{`${entries.length - shown.value} more`}</button>
          )}
        </div>
      )}
      {isOpen.value && <div class="close">{close}</div>}
    </details>
  )
}

function Name({ name }: { name: string | undefined }): VNode | null {
  return name === undefined ? null : (
    <>
      <span class="name">{JSON.stringify(name)}</span>
      {': '}
    </>
  )
}
