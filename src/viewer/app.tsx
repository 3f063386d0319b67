import type { ComponentChildren, VNode } from 'preact'
import { useEffect } from 'preact/hooks'
import type { TestLine } from '../run/model.ts'
import type { RunData } from './data/run-data.ts'
import { Help } from './help/help.tsx'
import { useShortcuts } from './help/shortcuts.ts'
import { DataPage } from './pages/data.tsx'
import { RecordPage } from './pages/record.tsx'
import { RunPage } from './pages/run.tsx'
import { TestPage } from './pages/test.tsx'
import { Unpacked } from './parts/unpacked.tsx'
import { href, route } from './route.ts'

/** The report in a file: the pages of its run. */
export function App({ data }: { data: RunData }): VNode {
  return (
    <Frame home={data.run.project} homeHref={href([])} links={runLinks()} title={titleOfRun(data)} data={data}>
      <RunPages data={data} />
    </Frame>
  )
}

export interface PageLink {
  to: string
  label: string
  isHere: boolean
}

interface FrameProps {
  home: string
  homeHref: string
  links: readonly PageLink[]
  title: string
  /** The run that is looked at, for the diagnosis. */
  data?: RunData | undefined
  /** What stands at the right of the bar. */
  side?: ComponentChildren
  children: ComponentChildren
}

/** What is around every page: a bar on top, and the help. */
export function Frame({ home, homeHref, links, title, data, side, children }: FrameProps): VNode {
  useShortcuts()
  useEffect(() => {
    document.title = `${title} · Kafka report`
  }, [title])
  return (
    <>
      <button type="button" class="skip" onClick={() => document.getElementById('main')?.focus()}>
        Skip to the page
      </button>
      <header class="bar">
        <a href={homeHref} class="home">
          <Logo />
          <span>{home}</span>
        </a>
        <nav aria-label="Pages">
          {links.map(({ to, label, isHere }) => (
            <a key={to} href={to} aria-current={isHere ? 'page' : undefined}>
              {label}
            </a>
          ))}
        </nav>
        {side}
      </header>
      <main id="main" tabIndex={-1}>
        {children}
      </main>
      <Help data={data} />
    </>
  )
}

/** What else the pages of a run have where there are other runs too. */
export interface Beside {
  run?: VNode
  test?: (test: TestLine) => VNode
  /** On the page about what is stored. */
  data?: VNode
}

/** The page of a run that the address names. */
export function RunPages({ data, beside = {} }: { data: RunData; beside?: Beside }): VNode {
  const { path } = route.value
  const [page, id = '', ...rest] = path
  if (page === undefined) return <RunPage data={data} beside={beside.run} />
  if (page === 'data') return <DataPage data={data} beside={beside.data} />
  const test = data.tests.find((one) => one.id === id)
  if (page === 'test' && test !== undefined)
    return <TestPage key={id} data={data} test={test} beside={beside.test?.(test)} />
  if (page === 'record' && test !== undefined)
    return (
      <Unpacked data={data} test={id} what="the records of this test">
        {() => <RecordPage data={data} test={test} place={rest} />}
      </Unpacked>
    )
  return (
    <div class="empty">
      <h1>There is no such page in this report</h1>
      <p>The address may be of another run, or cut off.</p>
      <a href={href([])}>To the tests of this run</a>
    </div>
  )
}

/** The pages of a run that the bar leads to. */
export function runLinks(): PageLink[] {
  const isData = route.value.path[0] === 'data'
  return [
    { to: href([]), label: 'Tests', isHere: !isData },
    { to: href(['data']), label: 'Data', isHere: isData },
  ]
}

export function titleOfRun({ run, tests }: RunData): string {
  const [page, id] = route.value.path
  const test = tests.find((one) => one.id === id)
  return page === 'data' ? `What is stored of ${run.project}` : (test?.name ?? run.project)
}

function Logo(): VNode {
  return (
    <svg viewBox="0 0 24 24" width="22" height="22" aria-hidden="true">
      <path d="M8 12 16 6M8 12l8 6M8 5v14" fill="none" stroke="currentColor" stroke-width="1.6" />
      <circle cx="8" cy="5" r="2.4" />
      <circle cx="8" cy="12" r="3.2" />
      <circle cx="8" cy="19" r="2.4" />
      <circle cx="17" cy="6" r="2.4" />
      <circle cx="17" cy="18" r="2.4" />
    </svg>
  )
}

/** Where there is no run to show. */
export function Broken({ reason }: { reason?: string }): VNode {
  return (
    <main class="empty">
      <h1>This report can't be read</h1>
      <p>{reason ?? 'The file is not whole.'}</p>
      <p>
        Make it anew where the run is stored: <code>npx kafka-testkit report</code>
      </p>
    </main>
  )
}
