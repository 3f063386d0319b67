import type { VNode } from 'preact'
import { useEffect } from 'preact/hooks'
import type { RunData } from './data/run-data.ts'
import { Help } from './help/help.tsx'
import { useShortcuts } from './help/shortcuts.ts'
import { DataPage } from './pages/data.tsx'
import { RecordPage } from './pages/record.tsx'
import { RunPage } from './pages/run.tsx'
import { TestPage } from './pages/test.tsx'
import { href, route } from './route.ts'

/** The report: a bar on top, the page that the address names, and the help. */
export function App({ data }: { data: RunData }): VNode {
  const { path } = route.value
  useShortcuts()
  useEffect(() => {
    document.title = `${titleOf(data, path)} · Kafka report`
  }, [path.join('/')])
  return (
    <>
      <button type="button" class="skip" onClick={() => document.getElementById('main')?.focus()}>
        Skip to the page
      </button>
      <header class="bar">
        <a href={href([])} class="home">
          <Logo />
          <span>{data.run.project}</span>
        </a>
        <nav aria-label="Pages">
          <NavLink to="" label="Tests" />
          <NavLink to="data" label="Data" />
        </nav>
      </header>
      <main id="main" tabIndex={-1}>
        <Page data={data} />
      </main>
      <Help data={data} />
    </>
  )
}

function Page({ data }: { data: RunData }): VNode {
  const { path } = route.value
  const [page, id = '', ...rest] = path
  if (page === undefined) return <RunPage data={data} />
  if (page === 'data') return <DataPage data={data} />
  const test = data.tests.find((one) => one.id === id)
  if (page === 'test' && test !== undefined) return <TestPage key={id} data={data} test={test} />
  if (page === 'record' && test !== undefined) return <RecordPage data={data} test={test} place={rest} />
  return (
    <div class="empty">
      <h1>There is no such page in this report</h1>
      <p>The address may be of another run, or cut off.</p>
      <a href={href([])}>To the tests of this run</a>
    </div>
  )
}

function NavLink({ to, label }: { to: string; label: string }): VNode {
  const [page = ''] = route.value.path
  const isHere = page === to || (to === '' && page !== 'data')
  return (
    <a href={href(to === '' ? [] : [to])} aria-current={isHere ? 'page' : undefined}>
      {label}
    </a>
  )
}

function titleOf({ run, tests }: RunData, [page, id]: readonly string[]): string {
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
