import { useSignal } from '@preact/signals'
import type { VNode } from 'preact'

/** How long the button says what became of it. */
const SAID = 2000

/** Puts a text on the clipboard, and says so. */
export function Copy({ text, children }: { text: string; children: string }): VNode {
  const said = useSignal('')
  const copy = async (): Promise<void> => {
    said.value = (await toClipboard(text)) ? 'Copied' : "The browser doesn't let it be copied"
    setTimeout(() => {
      said.value = ''
    }, SAID)
  }
  return (
    <button type="button" class="copy" onClick={copy}>
      <span aria-live="polite">{said.value || children}</span>
    </button>
  )
}

async function toClipboard(text: string): Promise<boolean> {
  try {
    await navigator.clipboard.writeText(text)
    return true
  } catch {
    return bySelection(text)
  }
}

/** Where the clipboard's own interface is not to be had, as on a page that came over http. */
function bySelection(text: string): boolean {
  const area = document.createElement('textarea')
  area.value = text
  area.className = 'sr'
  document.body.append(area)
  area.select()
  const isCopied = document.execCommand('copy')
  area.remove()
  return isCopied
}
