import { render } from 'preact'
import { addShortcut } from './help/shortcuts.ts'
import { readBase } from './route.ts'
import { runBase, Served } from './served/served.tsx'

readBase(runBase)
addShortcut('←  →', 'On a chart: from interval to interval')
addShortcut('c', 'Compare the chosen runs', () => document.querySelector<HTMLAnchorElement>('a[data-compare]')?.click())
addShortcut('x', 'Choose the run of the row, for comparing', () => {
  document.activeElement?.closest('.picking')?.querySelector('input')?.click()
})
render(<Served />, document.getElementById('app')!)
