import { createHash } from 'node:crypto'
import type { MiddlewareHandler } from 'hono'
import { secureHeaders } from 'hono/secure-headers'
import { viewerScript, viewerStyle } from '../../history/report/parts.ts'
import type { App, Endpoint } from '../app.ts'
import { exchangeLink } from '../local/access.ts'
import { Problem } from '../problem.ts'

/** The page runs its own script and its own styles, asks its own endpoint, and nothing else. */
const pageHeaders = secureHeaders({
  contentSecurityPolicy: {
    defaultSrc: ["'none'"],
    scriptSrc: ["'self'"],
    styleSrc: ["'self'"],
    connectSrc: ["'self'"],
    imgSrc: ["'self'", 'data:'],
    baseUri: ["'none'"],
    formAction: ["'none'"],
    frameAncestors: ["'none'"],
  },
  xFrameOptions: 'DENY',
  referrerPolicy: 'no-referrer',
})

const icon =
  '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 24 24" stroke="#888" fill="#888"><path d="M8 12 16 6M8 12l8 6M8 5v14"/><circle cx="8" cy="12" r="3.4"/><circle cx="8" cy="5" r="2.6"/><circle cx="8" cy="19" r="2.6"/><circle cx="17" cy="6" r="2.6"/><circle cx="17" cy="18" r="2.6"/></svg>'

interface Asset {
  path: string
  type: string
  text: string
}

/** The same report as in a file, of all runs: it holds no data, what it shows it asks for with the reader's session. */
export function addPages(app: App, endpoint: Endpoint): void {
  const isLocal = endpoint.local !== undefined
  let made: Pages | undefined
  app.get('/', pageHeaders, (context) => {
    if (isLocal && context.req.query('token') !== undefined) return exchangeLink(context, endpoint)
    made ??= makePages(isLocal)
    // Asked for anew each time: it names the script and the styles of this version.
    return context.html(made.html, 200, { 'cache-control': 'no-cache' })
  })
  app.get('/assets/:name', pageHeaders, ({ req, body }) => {
    made ??= makePages(isLocal)
    const asset = made.assets.find(({ path }) => path === req.path)
    if (asset === undefined) throw new Problem(404, 'no such file', 'this version has another: load the page again')
    return body(asset.text, 200, {
      'content-type': `${asset.type}; charset=utf-8`,
      'cache-control': 'public, max-age=31536000, immutable',
    })
  })
}

/** For what is no page: its own headers stay as they are. */
export function exceptPages(middleware: MiddlewareHandler): MiddlewareHandler {
  return (context, next) =>
    context.req.path === '/' || context.req.path.startsWith('/assets/') ? next() : middleware(context, next)
}

interface Pages {
  html: string
  assets: Asset[]
}

function makePages(isLocal: boolean): Pages {
  const script = asset('js', 'text/javascript', viewerScript('served'))
  const style = asset('css', 'text/css', viewerStyle('chart', 'served', 'runs', 'insights'))
  return { html: htmlOf(script.path, style.path, isLocal), assets: [script, style] }
}

/** By its content, so that a browser may keep it for ever. */
function asset(ending: string, type: string, text: string): Asset {
  const name = createHash('sha256').update(text).digest('hex').slice(0, 20)
  return { path: `/assets/${name}.${ending}`, type, text }
}

function htmlOf(script: string, style: string, isLocal: boolean): string {
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<title>Kafka report</title>
<link rel="icon" href="data:image/svg+xml,${encodeURIComponent(icon)}">
<link rel="stylesheet" href="${style}">
<script src="${script}" defer></script>
</head>
<body>
<div id="app"${isLocal ? ' data-local' : ''}><noscript><p class="loading">This page needs JavaScript. It asks nobody but this endpoint.</p></noscript></div>
</body>
</html>
`
}
