import { describe, inject } from 'vitest'
import { contract } from '../endpoint/contract/contract.ts'

const databaseUrl = inject('postgres')

describe('with PostgreSQL', () => contract(() => ({ folder: 'never-used', databaseUrl })))
