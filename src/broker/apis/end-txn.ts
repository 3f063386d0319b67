import { type Api, api } from '../api.ts'
import { asKnownIn } from '../transactions/fenced.ts'

/** The version of EndTxn that is of transactions of version 2 (KIP-890). */
const VERSION_2 = 5

/**
 * EndTxn (26), versions 0 to 5: commits or aborts a producer's transaction. Version 5 answers the epoch, and perhaps the
 * id, that the producer goes on with (Kafka: TransactionCoordinator#handleEndTransaction).
 */
export const endTxn: Api<'EndTxn'> = api('EndTxn', [0, 5], ({ committed, ...claim }, { broker, version }) => {
  const { errorCode, ...identity } = broker.transactions.end(claim, committed, version >= VERSION_2)
  return { errorCode: asKnownIn(version, errorCode), ...identity }
})
