import sections from 'virtual:help'
import { useSignal } from '@preact/signals'
import type { VNode } from 'preact'
import { useEffect, useRef } from 'preact/hooks'
import type { RunData } from '../data/run-data.ts'
import { Copy } from '../parts/copy.tsx'
import { diagnosis } from './diagnosis.ts'
import { helpIsOpen, shortcuts } from './shortcuts.ts'

/** How many sections of the docs a search shows. */
const SHOWN = 12

/** The button in the corner, and what it opens: the docs, the keys, and what to send along with a question. */
export function Help({ data }: { data: RunData | undefined }): VNode {
  const dialog = useRef<HTMLDialogElement>(null)
  useEffect(() => {
    if (helpIsOpen.value) dialog.current!.showModal()
    else dialog.current!.close()
  }, [helpIsOpen.value])
  const close = (): void => {
    helpIsOpen.value = false
  }
  return (
    <>
      <button
        type="button"
        class="help-button"
        aria-label="Help"
        title="Help (?)"
        onClick={() => {
          helpIsOpen.value = true
        }}
      >
        ?
      </button>
      <dialog ref={dialog} class="help" aria-labelledby="help-title" onClose={close}>
        {helpIsOpen.value && (
          <>
            <div class="help-head">
              <h2 id="help-title">Help</h2>
              <button type="button" class="close" aria-label="Close" onClick={close}>
                ×
              </button>
            </div>
            <Docs />
            <h3>Keys</h3>
            <dl class="keys">
              {shortcuts.map(([keys, what]) => (
                <div key={keys}>
                  <dt>
                    {keys.split('  ').map((key) => (
                      <kbd key={key}>{key}</kbd>
                    ))}
                  </dt>
                  <dd>{what}</dd>
                </div>
              ))}
            </dl>
            {data !== undefined && <Question data={data} />}
          </>
        )}
      </dialog>
    </>
  )
}

function Question({ data }: { data: RunData }): VNode {
  return (
    <>
      <h3>A question?</h3>
      <p>What to send along: versions, counts and settings of this run. No name, no record, no message is in it.</p>
      <Copy text={diagnosis(data)}>Copy the diagnosis</Copy>
    </>
  )
}

/** The docs that ship with the package: where to read what. */
function Docs(): VNode {
  const text = useSignal('')
  const words = text.value.toLowerCase().split(/\s+/).filter(Boolean)
  const found = words.length === 0 ? [] : sections.filter((section) => hasAll(section.join(' ').toLowerCase(), words))
  // A heading that has the words tells more than a text that does.
  const ranked = found.toSorted((a, b) => rank(b, words) - rank(a, words)).slice(0, SHOWN)
  return (
    <>
      <input
        type="search"
        aria-label="Search the docs"
        placeholder="Search the docs: redact, toCatchUp, retention …"
        value={text.value}
        onInput={(event) => {
          text.value = event.currentTarget.value
        }}
      />
      <div aria-live="polite">
        {words.length > 0 && ranked.length === 0 && <p class="note">Nothing in the docs has these words.</p>}
        <ul class="docs">
          {ranked.map(([page, heading, begin]) => (
            <li key={`${page} ${heading}`}>
              <b>{heading}</b>
              <p>{begin}</p>
              <code>node_modules/kafka-testkit/docs/{page}.md</code>
            </li>
          ))}
        </ul>
      </div>
    </>
  )
}

function hasAll(text: string, words: readonly string[]): boolean {
  return words.every((word) => text.includes(word))
}

function rank([page, heading]: readonly string[], words: readonly string[]): number {
  return Number(hasAll(heading!.toLowerCase(), words)) * 2 + Number(hasAll(page!.toLowerCase(), words))
}
