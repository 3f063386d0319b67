import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { type EndpointOptions, startEndpoint } from '../../../src/endpoint/server.ts'
import { Client } from './client.ts'

export interface TestEndpoint {
  folder: string
  /** What was logged, a line each. */
  log: string[]
  /** With an administrator's token. */
  admin: Client
  [Symbol.asyncDispose](): Promise<void>
}

const adminToken = 'ktk_the-administrator-of-these-tests'

/** An endpoint in this process, on a port and in a folder of its own. */
export async function testEndpoint(options: Partial<EndpointOptions> = {}): Promise<TestEndpoint> {
  const folder = options.folder ?? mkdtempSync(join(tmpdir(), 'kafka-testkit-endpoint-'))
  const log: string[] = []
  const running = await startEndpoint({
    ...{ folder, host: '127.0.0.1', port: 0, adminToken, rateLimit: 0, lostAfter: 60 * 60 * 1000 },
    log: (level, event, fields) => log.push(JSON.stringify({ level, event, ...fields })),
    ...options,
  })
  return {
    folder,
    log,
    admin: new Client(running.url, adminToken),
    [Symbol.asyncDispose]: async () => {
      await running.close()
      if (options.folder === undefined) rmSync(folder, { recursive: true, force: true, maxRetries: 5 })
    },
  }
}
