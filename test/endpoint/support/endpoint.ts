import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { type EndpointOptions, startEndpoint } from '../../../src/endpoint/server.ts'
import { Client } from './client.ts'

export interface TestEndpoint {
  /** What was logged, a line each. */
  log: string[]
  /** With an administrator's token. */
  admin: Client
  [Symbol.asyncDispose](): Promise<void>
}

const adminToken = 'ktk_the-administrator-of-these-tests'

/** An endpoint in this process, on a port of its own. */
export async function testEndpoint(
  options: Partial<EndpointOptions> & Pick<EndpointOptions, 'folder'>,
): Promise<TestEndpoint> {
  const log: string[] = []
  const running = await startEndpoint({
    host: '127.0.0.1',
    port: 0,
    adminToken,
    rateLimit: 0,
    lostAfter: 60 * 60 * 1000,
    log: (level, event, fields) => log.push(JSON.stringify({ level, event, ...fields })),
    ...options,
  })
  return { log, admin: new Client(running.url, adminToken), [Symbol.asyncDispose]: () => running.close() }
}

export interface Folder {
  path: string
  [Symbol.dispose](): void
}

export function temporaryFolder(): Folder {
  const path = mkdtempSync(join(tmpdir(), 'kafka-testkit-endpoint-'))
  return { path, [Symbol.dispose]: () => rmSync(path, { recursive: true, force: true, maxRetries: 5 }) }
}
