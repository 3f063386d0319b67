import { existsSync } from 'node:fs'
import { relative } from 'node:path'
import { fileURLToPath } from 'node:url'
import { getSystemErrorMap } from 'node:util'
import { createTransport, defaultStackParser, type ErrorEvent, NodeClient, Scope } from '@sentry/node'
import { packageFolder, packageVersion } from '../base/package.ts'
import { DEADLINE, type Post } from './delivery.ts'
import type { Settings } from './settings.ts'

/** An error's name and code are text that anybody may set: only these are told. */
const names = new Set([
  'Error',
  'AggregateError',
  'EvalError',
  'RangeError',
  'ReferenceError',
  'SyntaxError',
  'TypeError',
  'URIError',
  'AbortError',
  'AssertionError',
  'TimeoutError',
  'ZodError',
])
const codes = new Set([...getSystemErrorMap().values()].map(([code]) => code))

interface Frame {
  filename: string
  lineno?: number
  colno?: number
  in_app: true
}

/**
 * Reports an error to Sentry: its class, its system code, where in this package it was thrown, and versions. Never its
 * message, which may quote anything. An error thrown elsewhere isn't ours, and isn't sent.
 */
export async function sendError(error: unknown, settings: Settings, post: Post): Promise<void> {
  const thrown = describe(error)
  if (thrown === undefined) return
  const { type, code, frames } = thrown
  const client = createClient(settings.destinations.sentryDsn!, post)
  const scope = new Scope()
  scope.setClient(client)
  client.captureEvent(
    {
      level: 'error',
      exception: { values: [{ type, stacktrace: { frames } }] },
      // Frames without function names or source lines say too little to Sentry's own grouping.
      fingerprint: [type, code ?? '', ...frames.slice(-1).map(({ filename, lineno }) => `${filename}:${lineno}`)],
      tags: code === undefined ? {} : { code },
    },
    {},
    scope,
  )
  await client.close(DEADLINE)
}

/** A client by itself: no `init`, no integrations, no handlers, nothing of a Sentry that the project runs itself. */
function createClient(dsn: string, post: Post): NodeClient {
  return new NodeClient({
    dsn,
    release: `kafka-testkit@${packageVersion}`,
    integrations: [],
    stackParser: defaultStackParser,
    includeServerName: false,
    enableRuntimeChannelInjection: false,
    sendClientReports: false,
    // "stream" would add an integration.
    traceLifecycle: 'static',
    beforeSend: onlyWhatIsNamed,
    transport: (options) =>
      createTransport(options, async ({ body }) => {
        const text = typeof body === 'string' ? body : Buffer.from(body).toString()
        const headers = { 'content-type': 'application/x-sentry-envelope', ...options.headers }
        const { status } = await post(options.url, { method: 'POST', headers, body: text })
        return { statusCode: status }
      }),
  })
}

/** The last look before an event leaves: global scopes of the project's own Sentry may have added to it. */
function onlyWhatIsNamed(event: ErrorEvent, hint: { attachments?: unknown[] }): ErrorEvent {
  hint.attachments = []
  const { type, event_id, timestamp, platform, level, release, exception, fingerprint, tags } = event
  return {
    type,
    event_id,
    timestamp,
    platform,
    level,
    release,
    exception,
    fingerprint,
    tags: tags?.code === undefined ? {} : { code: tags.code },
    contexts: { runtime: { name: 'node', version: process.version } },
  }
}

function describe(error: unknown): { type: string; code: string | undefined; frames: Frame[] } | undefined {
  if (!(error instanceof Error)) return undefined
  const all = defaultStackParser(error.stack ?? '').filter(({ filename }) => !filename?.startsWith('node:'))
  const frames = all.map((frame) => ({ ...frame, filename: withinPackage(frame.filename) }))
  if (frames.at(-1)?.filename === undefined) return undefined
  const own = frames.flatMap(({ filename, lineno, colno }): Frame[] =>
    filename === undefined ? [] : [{ filename, lineno, colno, in_app: true }],
  )
  const { name } = error
  const { code } = error as NodeJS.ErrnoException
  return { type: names.has(name) ? name : 'Error', code: codes.has(String(code)) ? code : undefined, frames: own }
}

/**
 * `dist/cli/main.js`; undefined for a file of anybody else, in a copy of this repository too. A message may look like a
 * stack: a file that isn't there is none.
 */
function withinPackage(named: string | undefined): string | undefined {
  if (named === undefined) return undefined
  const file = named.startsWith('file:') ? fileURLToPath(named) : named
  const path = relative(packageFolder, file).replaceAll('\\', '/')
  return /^(dist|src)\//.test(path) && existsSync(file) ? path : undefined
}
