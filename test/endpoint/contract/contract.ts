import { afterAll, beforeAll } from 'vitest'
import type { StoreOptions } from '../../../src/endpoint/store/open.ts'
import type { Client } from '../support/client.ts'
import { type TestEndpoint, testEndpoint } from '../support/endpoint.ts'
import { describeFigures } from './figures.ts'
import { describeReading } from './reading.ts'
import { describeRemoval } from './removal.ts'
import { describeSessions } from './sessions.ts'
import { describeTokens } from './tokens.ts'
import { describeUploads } from './uploads.ts'

/** What a part of the contract works with. */
export interface Subject {
  /** Of every project. */
  readonly admin: Client
  /** A name that no other test has. */
  project(): string
  store(): StoreOptions
}

/** What an endpoint promises, whatever store it has. */
export function contract(store: () => StoreOptions): void {
  let endpoint: TestEndpoint
  let projects = 0
  beforeAll(async () => {
    endpoint = await testEndpoint(store())
  })
  afterAll(() => endpoint[Symbol.asyncDispose]())

  const subject: Subject = {
    get admin() {
      return endpoint.admin
    },
    project: () => `shop/project-${++projects}`,
    store,
  }
  describeUploads(subject)
  describeReading(subject)
  describeFigures(subject)
  describeRemoval(subject)
  describeTokens(subject)
  describeSessions(subject)
}
