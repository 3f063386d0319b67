import { createHash } from 'node:crypto'
import { renameSync, rmSync, writeFileSync } from 'node:fs'
import type { Line } from '../../run/model.ts'
import { type About, packRun } from './pack.ts'
import { viewerScript, viewerStyle } from './parts.ts'

/** What a page holds of a run before it leaves out what passed tests did: a browser keeps several times as much. */
const MOST = 256 * 1024 * 1024

/**
 * The report of a run: one HTML file that needs no other, makes no request and runs no script but its own. All that a
 * test, a record or a name can hold lies in it compressed, so nothing of it is ever read as HTML. The script stands behind
 * the index and in front of the parts: the first page is there while a browser still reads what tests did.
 */
export function reportPage(lines: readonly Line[], about: About, most: number = MOST): string {
  const script = viewerScript('app').replaceAll('</script', '<\\/script')
  const style = viewerStyle()
  const { index, parts } = packRun(lines, about, most)
  const policy = [
    "default-src 'none'",
    `script-src '${hashOf(script)}'`,
    `style-src '${hashOf(style)}'`,
    "base-uri 'none'",
    "form-action 'none'",
  ].join('; ')
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="${policy}">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<meta name="referrer" content="no-referrer">
<title>Kafka report</title>
<style>${style}</style>
</head>
<body>
<div id="app"><p class="loading">Reading the run …</p><noscript><p class="loading">This report needs JavaScript. It makes no request.</p></noscript></div>
<script type="text/plain" id="run">${index}</script>
<script>${script}</script>
${parts.map((part) => `<script type="text/plain" class="part">${part}</script>\n`).join('')}</body>
</html>
`
}

/** Writes the report whole or not at all; readable for its owner alone, as the run is. */
export function writeReport(path: string, page: string): void {
  const temporary = `${path}.${process.pid}.tmp`
  try {
    writeFileSync(temporary, page, { mode: 0o600 })
    renameSync(temporary, path)
  } catch (error) {
    rmSync(temporary, { force: true })
    throw error
  }
}

function hashOf(text: string): string {
  return `sha256-${createHash('sha256').update(text).digest('base64')}`
}
