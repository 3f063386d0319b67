import { signal } from '@preact/signals'
import { useLayoutEffect } from 'preact/hooks'
import { go } from '../route.ts'

export const helpIsOpen = signal(false)

export const shortcuts: (readonly [keys: string, what: string])[] = [
  ['/', 'Search'],
  ['j  k', 'The next and the previous row of a list'],
  ['Enter', 'Open it'],
  ['u', 'One page up: from a record to its test, from a test to the run'],
  ['[  ]', 'The previous and the next: record of the partition, or failed test'],
  ['+  −  0', 'On the timeline: closer, further, all of it'],
  ['←  →', 'On the timeline: along it'],
  ['?', 'This help'],
  ['Esc', 'Close it, or leave the search'],
]

/** Keys of pages that not every report has; said once, before anything is drawn. Without an action the page has its own. */
export function addShortcut(keys: string, what: string, action?: () => void): void {
  shortcuts.splice(shortcuts.findIndex(([known]) => known === 'Enter') + 1, 0, [keys, what])
  if (action !== undefined) actions[keys] = action
}

/** The keys that work on every page. */
export function useShortcuts(): void {
  useLayoutEffect(() => {
    addEventListener('keydown', onKeyDown)
    return () => removeEventListener('keydown', onKeyDown)
  }, [])
}

function onKeyDown(event: KeyboardEvent): void {
  const target = event.target as HTMLElement
  if (event.ctrlKey || event.metaKey || event.altKey || helpIsOpen.value) return
  if (target.matches('input, textarea, select')) {
    if (event.key === 'Escape') target.blur()
    return
  }
  const action = actions[event.key]
  if (action === undefined) return
  event.preventDefault()
  action()
}

const actions: Record<string, () => void> = {
  '/': () => document.querySelector<HTMLInputElement>('input[type=search]')?.focus(),
  '?': () => {
    helpIsOpen.value = true
  },
  j: () => moveFocus(1),
  k: () => moveFocus(-1),
  u: () => follow('up'),
  '[': () => follow('prev'),
  ']': () => follow('next'),
}

/** Pages say by `data-go` which of their links leads where. */
function follow(where: 'up' | 'prev' | 'next'): void {
  const link = document.querySelector<HTMLAnchorElement>(`a[data-go="${where}"]`)
  if (link !== null) go(link.getAttribute('href')!)
}

function moveFocus(step: number): void {
  const rows = [...document.querySelectorAll<HTMLElement>('.virtual [data-row]')]
  const at = rows.indexOf(document.activeElement as HTMLElement)
  const next = at === -1 ? rows.find((row) => row.getBoundingClientRect().top >= 60) : rows[at + step]
  next?.focus()
  next?.scrollIntoView({ block: 'nearest' })
}
