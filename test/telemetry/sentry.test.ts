import * as Sentry from '@sentry/node'
import { expect, test } from 'vitest'
import { packageFolder } from '../../src/base/package.ts'
import { checkOptions } from '../../src/config/options.ts'
import type { PostRequest } from '../../src/telemetry/delivery.ts'
import { sendError } from '../../src/telemetry/sentry.ts'
import { findCanaries, plant } from './canaries.ts'

const settings = {
  on: true,
  why: '',
  anonymousId: 'id',
  destinations: { sentryDsn: 'https://key@sentry.invalid/1' },
}

/** What would be posted for an error. */
async function post(error: unknown): Promise<string[]> {
  const requests: string[] = []
  const keep = async (url: string, request: PostRequest): Promise<Response> => {
    requests.push(JSON.stringify({ url, ...request }))
    return new Response('{}')
  }
  await sendError(error, settings, keep)
  return requests
}

/** An error that code of ours throws. */
function ours(): NodeJS.ErrnoException {
  try {
    checkOptions('a place', { unknown: 1 }, {})
  } catch (error) {
    return error as Error
  }
  throw new Error('nothing was thrown')
}

test('whatever an error has on it, its class and place are all that is told', async () => {
  const slots = ['message', 'name', 'code', 'cause', 'property', 'errors', 'receiver', 'method'] as const
  const words = plant(slots)
  const error = Object.assign(ours(), { code: words.code, property: words.property, errors: [new Error(words.errors)] })
  error.name = words.name
  error.message = words.message
  error.cause = new Error(words.cause)
  error.stack = error.stack!.replace(/at \S+ \(/, `at ${words.receiver}.checkOptions [as ${words.method}] (`)
  error.stack += `\n    at ${packageFolder}/src/${words.message}.ts:1:1`
  expect(findCanaries(words, error.stack)).toEqual(expect.arrayContaining(['message', 'receiver', 'method']))

  const [request = ''] = await post(error)
  expect(findCanaries(words, request)).toEqual([])
  const { body } = JSON.parse(request) as { body: string }
  const event = JSON.parse(body.split('\n')[2]!)
  const frame = {
    filename: 'src/config/options.ts',
    lineno: expect.any(Number),
    colno: expect.any(Number),
    in_app: true,
  }
  expect(event).toEqual({
    event_id: expect.any(String),
    timestamp: expect.any(Number),
    platform: 'node',
    level: 'error',
    release: expect.stringMatching(/^kafka-testkit@/),
    tags: {},
    exception: { values: [{ type: 'Error', stacktrace: { frames: [frame] } }] },
    fingerprint: ['Error', '', expect.stringMatching(/^src\/config\/options\.ts:\d+$/)],
    contexts: { runtime: { name: 'node', version: process.version } },
    sdk: {
      name: 'sentry.javascript.node',
      version: expect.any(String),
      integrations: [],
      packages: [{ name: 'npm:@sentry/node', version: expect.any(String) }],
    },
  })
})

test('an error of anybody else is not sent', async () => {
  expect(await post(new Error('of this test'))).toEqual([])
  expect(await post('no error')).toEqual([])
  const error = await import('no-such-package' as string).catch((reason: unknown) => reason)
  expect(await post(error)).toEqual([])
})

test('nothing of it stays, and nothing of it is seen by a Sentry of the project', async () => {
  const listeners = (): unknown[] => process.eventNames().map((name) => [name, process.listenerCount(name)])
  const before = listeners()
  const error = ours()
  const own = Object.keys(error)
  await post(error)
  expect(listeners()).toEqual(before)
  expect(Object.keys(error)).toEqual(own)
  expect(Sentry.getClient()).toBeUndefined()
  const { propagationContext: _, ...scope } = Sentry.getCurrentScope().getScopeData()
  expect(new Sentry.Scope().getScopeData()).toMatchObject(scope)
})
