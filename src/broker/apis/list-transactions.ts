import { wallTime } from '../../base/clock.ts'
import { type Api, api } from '../api.ts'
import { ErrorCode } from '../protocol/errors.ts'

const STATES: ReadonlySet<string> = new Set([
  'Empty',
  'Ongoing',
  'PrepareCommit',
  'PrepareAbort',
  'CompleteCommit',
  'CompleteAbort',
  'PrepareEpochFence',
])

/**
 * ListTransactions (66), versions 0 to 2: the transactional ids, those of all filters: by state, by producer id, from
 * version 1 by how long a transaction has been open, from version 2 by a regular expression
 * (Kafka: TransactionStateManager#listTransactionStates).
 */
export const listTransactions: Api<'ListTransactions'> = api('ListTransactions', [0, 2], (request, { broker }) => {
  const { stateFilters, producerIdFilters, durationFilter, transactionalIdPattern } = request
  const pattern = patternOf(transactionalIdPattern)
  if (pattern === 'wrong') return { errorCode: ErrorCode.INVALID_REGULAR_EXPRESSION, transactionStates: [] }
  const known = stateFilters.filter((state) => STATES.has(state))
  const passes = <T>(filter: readonly T[], value: T) => filter.length === 0 || filter.includes(value)
  const isLong = (startedAt: number) => durationFilter < 0 || wallTime() - startedAt > durationFilter
  const wanted = broker.transactions
    .list()
    .filter(
      ({ transactionalId, state, producerId, startedAt }) =>
        (stateFilters.length === 0 || known.includes(state)) &&
        passes(producerIdFilters, producerId) &&
        isLong(startedAt) &&
        (pattern?.test(transactionalId) ?? true),
    )
  return {
    errorCode: ErrorCode.NONE,
    unknownStateFilters: stateFilters.filter((state) => !STATES.has(state)),
    transactionStates: wanted.map(({ transactionalId, producerId, state }) => ({
      transactionalId,
      producerId,
      transactionState: state,
    })),
  }
})

/** A pattern that the whole of an id matches; none where it is empty. */
function patternOf(pattern: string | null): RegExp | undefined | 'wrong' {
  if (pattern === null || pattern === '') return undefined
  try {
    return new RegExp(`^(?:${pattern})$`)
  } catch {
    return 'wrong'
  }
}
