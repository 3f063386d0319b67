import { useSignal } from '@preact/signals'
import type { VNode } from 'preact'
import { useEffect, useMemo } from 'preact/hooks'
import { Frame, type PageLink, RunPages, runLinks, titleOfRun } from '../app.tsx'
import { ask, signedOut, signOut } from '../data/api.ts'
import { useFollowedRun } from '../data/follow.ts'
import { useLoad } from '../data/load.ts'
import { loadRun } from '../data/stored-run.ts'
import { go, href, route } from '../route.ts'
import { RunBefore, TestBefore } from './before.tsx'
import { Connected } from './connected.tsx'
import { Loaded } from './loaded.tsx'
import { isLocal } from './local.ts'
import { projectPages } from './pages.tsx'
import { SignIn } from './sign-in.tsx'
import { StoreProblems } from './store-problems.tsx'
import { Stored } from './stored.tsx'

/** How often it is asked whether a first run is there (milliseconds). */
const FIRST_RUN_MS = 2000

/** The report over the endpoint: the pages of projects, and of each run the very pages that a file has. */
export function Served(): VNode {
  const { base, path } = route.value
  if (signedOut.value) return <SignIn />
  const [project, , run] = base
  if (project !== undefined) return <OfRun key={run} project={project} id={run!} />
  return path.length === 0 ? (
    <Projects />
  ) : (
    <OfProject project={path[0]!} page={path[1] ?? 'runs'} rest={path.slice(2)} />
  )
}

/** The parts of an address that say which run: `#/shop/run/ID/…`. */
export function runBase(path: readonly string[]): number {
  return path[1] === 'run' && path.length > 2 ? 3 : 0
}

function OfRun({ project, id }: { project: string; id: string }): VNode {
  const loading = useLoad(`run ${id}`, (signal) => loadRun(id, signal))
  const loaded = loading.state === 'ready' ? loading.value : undefined
  const pieces = useSignal(0)
  const connection = useFollowedRun(
    loaded,
    () => {
      pieces.value += 1
    },
    loading.again,
  )
  const data = useMemo(() => loaded?.data(), [loaded, pieces.value])
  return (
    <Frame
      home={project}
      homeHref={href([project, 'runs'], {}, [])}
      links={[{ to: href([project, 'runs'], {}, []), label: 'Runs', isHere: false }, ...runLinks()]}
      title={data === undefined ? project : titleOfRun(data)}
      data={data}
      side={<SignOut />}
    >
      <Connected connection={connection} />
      <Loaded of={loading} what="the run">
        {() => (
          <RunPages
            data={data!}
            beside={{
              run: <RunBefore project={project} run={data!.run} />,
              data: <Stored project={project} run={id} again={loading.again} />,
              test: (test) => <TestBefore project={project} run={id} test={test.id} />,
            }}
          />
        )}
      </Loaded>
    </Frame>
  )
}

function OfProject({ project, page, rest }: { project: string; page: string; rest: readonly string[] }): VNode {
  const links = Object.entries(projectPages).flatMap(([name, { label }]): PageLink[] =>
    label === undefined ? [] : [{ to: href([project, name], {}, []), label, isHere: name === page }],
  )
  const found = Object.hasOwn(projectPages, page) ? projectPages[page] : undefined
  const title = `${found?.label ?? 'Page'} of ${project}`
  return (
    <Frame home={project} homeHref={href([], {}, [])} links={links} title={title} side={<SignOut />}>
      {page === 'runs' && <StoreProblems />}
      {found === undefined ? <NoPage project={project} /> : <found.Page key={project} project={project} rest={rest} />}
    </Frame>
  )
}

/** What the reader's token may read; where that is one project, its runs. */
function Projects(): VNode {
  const projects = useLoad('projects', async (signal) => {
    const found = await ask<{ projects: { name: string }[] }>('/v1/projects', { signal })
    return found.projects.map(({ name }) => name)
  })
  const isEmpty = projects.state === 'ready' && projects.value.length === 0
  useEffect(() => {
    if (!isEmpty) return
    const timer = setInterval(projects.again, FIRST_RUN_MS)
    return () => clearInterval(timer)
  }, [isEmpty])
  const only = projects.state === 'ready' && projects.value.length === 1 ? projects.value[0] : undefined
  useEffect(() => {
    if (only !== undefined) go(href([only, 'runs'], {}, []))
  }, [only])
  return (
    <Frame home="Kafka report" homeHref={href([], {}, [])} links={[]} title="Projects" side={<SignOut />}>
      <Loaded of={projects} what="the projects">
        {(names) => (
          <>
            <div class="title">
              <h1>Projects</h1>
            </div>
            <StoreProblems />
            {names.length === 0 && (
              <p class="note">
                {isLocal ? 'No run is stored yet: it appears here when your tests run.' : 'No run has arrived yet.'}
              </p>
            )}
            <ul class="projects">
              {names.map((name) => (
                <li key={name}>
                  <a href={href([name, 'runs'], {}, [])}>{name}</a>
                </li>
              ))}
            </ul>
          </>
        )}
      </Loaded>
    </Frame>
  )
}

function SignOut(): VNode {
  return (
    <button type="button" class="sign-out" onClick={() => void signOut().catch(() => {})}>
      Sign out
    </button>
  )
}

function NoPage({ project }: { project: string }): VNode {
  return (
    <div class="empty">
      <h1>There is no such page</h1>
      <p>The address may be cut off.</p>
      <a href={href([project, 'runs'], {}, [])}>To the runs of {project}</a>
    </div>
  )
}
