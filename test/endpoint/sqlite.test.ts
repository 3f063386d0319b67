import { afterAll, describe } from 'vitest'
import { contract } from './contract/contract.ts'
import { temporaryFolder } from './support/endpoint.ts'

const folder = temporaryFolder()
afterAll(() => folder[Symbol.dispose]())

describe('with SQLite and files', () => contract(() => ({ folder: folder.path })))
