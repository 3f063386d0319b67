import type { ComponentChildren, VNode } from 'preact'
import { route, setQuery } from '../route.ts'

interface Props {
  /** The name in the query of the address, so that a tab can be shared. */
  name: string
  label: string
  tabs: readonly (readonly [id: string, label: string])[]
  chosen: string
  children?: ComponentChildren
}

/** Tabs that are chosen by mouse, or by the arrow keys, Home and End. */
export function Tabs({ name, label, tabs, chosen, children }: Props): VNode {
  const choose = (id: string): void => setQuery({ [name]: id === tabs[0]![0] ? '' : id })
  const onKeyDown = (event: KeyboardEvent): void => {
    const at = tabs.findIndex(([id]) => id === chosen)
    const steps: Record<string, number> = { ArrowRight: at + 1, ArrowLeft: at - 1, Home: 0, End: tabs.length - 1 }
    const next = steps[event.key]
    if (next === undefined) return
    event.preventDefault()
    event.stopPropagation()
    const [id] = tabs[(next + tabs.length) % tabs.length]!
    choose(id)
    document.getElementById(`${name}-${id}`)?.focus()
  }
  return (
    <>
      <div role="tablist" aria-label={label} class="tabs" onKeyDown={onKeyDown}>
        {tabs.map(([id, text]) => (
          <button
            type="button"
            role="tab"
            id={`${name}-${id}`}
            key={id}
            aria-selected={id === chosen}
            aria-controls={children === undefined ? undefined : `${name}-panel`}
            tabIndex={id === chosen ? 0 : -1}
            onClick={() => choose(id)}
          >
            {text}
          </button>
        ))}
      </div>
      {children !== undefined && (
        <div role="tabpanel" id={`${name}-panel`} aria-labelledby={`${name}-${chosen}`}>
          {children}
        </div>
      )}
    </>
  )
}

/** The tab that the address names, or the first. */
export function chosenTab(name: string, tabs: Props['tabs']): string {
  const named = route.value.query.get(name)
  return tabs.find(([id]) => id === named)?.[0] ?? tabs[0]![0]
}
