import type { VNode } from 'preact'
import type { Preview } from '../../run/model.ts'
import { bytesOf, hexDump, jsonOf } from '../data/preview-text.ts'
import { bytes } from '../format.ts'
import { Copy } from './copy.tsx'
import { JsonTree } from './json-tree.tsx'
import { chosenTab, Tabs } from './tabs.tsx'

interface Props {
  title: string
  preview: Preview | null
  /** What stands there where there is none. */
  none: string
  isHeader?: boolean
}

/** A key, a value or a header's value: as a tree, as text, or byte by byte; and what it is where it can't be shown. */
export function PreviewBox({ title, preview, none, isHeader = false }: Props): VNode {
  return (
    <section class="card preview" aria-label={title}>
      <h2>
        {isHeader ? <code>{title}</code> : title}
        {preview !== null && <small>{bytes(preview.bytes)}</small>}
      </h2>
      <Shown title={title} preview={preview} none={none} isHeader={isHeader} />
    </section>
  )
}

function Shown({ title, preview, none, isHeader }: Required<Props>): VNode {
  if (preview === null) return <p class="note">{none}</p>
  if (preview.encoding === 'redacted') {
    return <p class="note">Redacted: its {bytes(preview.bytes)} were kept out of what is stored.</p>
  }
  if (preview.bytes === 0) return <p class="note">Empty: it is there, with 0 bytes.</p>
  const json = jsonOf(preview)
  const views = [
    ...(typeof json?.json === 'object' ? [['tree', 'Tree'] as const] : []),
    ...(preview.encoding === 'utf8' ? [['text', 'Text'] as const] : []),
    ['hex', 'Hex'] as const,
  ]
  const name = title.toLowerCase()
  const view = isHeader ? views.find(([id]) => id !== 'tree')![0] : chosenTab(name, views)
  return (
    <>
      {!isHeader && (
        <div class="tools">
          {views.length > 1 && <Tabs name={name} label={`How the ${name} is shown`} tabs={views} chosen={view} />}
          {preview.encoding === 'utf8' && !preview.truncated && <Copy text={preview.data}>Copy</Copy>}
        </div>
      )}
      {preview.truncated && (
        <p class="note warn">
          Cut off: of {bytes(preview.bytes)} the first {bytes(bytesOf(preview).length)} are stored.
        </p>
      )}
      {view === 'tree' && json !== undefined && <JsonTree value={json.json} />}
      {view === 'text' && <pre class="data">{preview.data}</pre>}
      {view === 'hex' && <pre class="data hex">{hexDump(bytesOf(preview))}</pre>}
    </>
  )
}
