import { join } from 'node:path'
import type { BrowserContextOptions } from 'playwright-core'
import { afterAll, beforeAll } from 'vitest'
import type { EndpointOptions } from '../../../src/endpoint/server.ts'
import type { Database } from '../../../src/endpoint/store/database.ts'
import { openStore } from '../../../src/endpoint/store/open.ts'
import { createToken, type NewToken, revokeToken } from '../../../src/endpoint/tokens.ts'
import type { Line, RunLine } from '../../../src/run/model.ts'
import { type Folder, type TestEndpoint, temporaryFolder, testEndpoint } from '../../endpoint/support/endpoint.ts'
import { type Opened, useBrowser } from './browser.ts'

interface Made {
  id: string
  secret: string
}

export interface ServedPages {
  /** The endpoint of the tests of this file. */
  endpoint(): TestEndpoint
  /** Stops the endpoint; what starts it again, at the same address. */
  stop(): Promise<() => Promise<void>>
  /** Makes a token, as the command line does. */
  token(token?: Partial<NewToken>): Promise<Made>
  revoke(id: string): Promise<void>
  /** Puts a run in, as an upload does. */
  upload(lines: readonly Line[], project?: string): Promise<RunLine>
  /** Works on the endpoint's own database, beside it. */
  withDatabase<Result>(work: (database: Database) => Promise<Result>): Promise<Result>
  /** Opens the endpoint's pages; signed in, unless `token` is null. */
  open(at?: string, options?: { token?: string | null } & BrowserContextOptions): Promise<Opened>
}

/** An endpoint for the tests of a file, and its pages in the browser. */
export function useServed(options: Partial<EndpointOptions> = {}): ServedPages {
  const newPage = useBrowser()
  let folder: Folder
  let endpoint: TestEndpoint
  beforeAll(async () => {
    folder = temporaryFolder()
    endpoint = await testEndpoint({ folder: join(folder.path, 'data'), ...options })
  })
  afterAll(async () => {
    await endpoint[Symbol.asyncDispose]()
    folder[Symbol.dispose]()
  })
  const withDatabase = async <Result>(work: (database: Database) => Promise<Result>): Promise<Result> => {
    const { database } = await openStore({ folder: join(folder.path, 'data') })
    try {
      return await work(database)
    } finally {
      await database.close()
    }
  }
  const token = async (changes: Partial<NewToken> = {}): Promise<Made> => {
    const wanted: NewToken = { name: 'a reader', scope: 'read', project: 'shop', expiresAt: null, ...changes }
    const made = await withDatabase((database) => createToken(database, 'test', wanted))
    return { id: made.token.id, secret: made.secret }
  }
  return {
    endpoint: () => endpoint,
    stop: async () => {
      const port = Number(new URL(endpoint.admin.url).port)
      await endpoint[Symbol.asyncDispose]()
      return async () => {
        endpoint = await testEndpoint({ folder: join(folder.path, 'data'), ...options, port })
      }
    },
    withDatabase,
    token,
    revoke: async (id) => void (await withDatabase((database) => revokeToken(database, 'test', id))),
    upload: async ([run, ...lines], project = 'shop') => {
      const parts = lines.filter(({ type }) => type !== 'end')
      const end = lines.find((line) => line.type === 'end')
      return await endpoint.admin.upload([parts], run as RunLine, project, end)
    },
    open: async (at = '', { token: shown, ...context } = {}) => {
      const opened = await newPage(context)
      const { page } = opened
      await page.goto(`${endpoint.admin.url}/${at}`)
      if (shown === null) return opened
      await page.getByLabel('Token').fill(shown ?? (await token()).secret)
      await page.getByRole('button', { name: 'Sign in' }).click()
      await page.locator('#main').waitFor()
      return opened
    },
  }
}
