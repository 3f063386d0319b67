import { by } from '../../base/client-ids.ts'
import { now } from '../../base/clock.ts'
import type { StoredRecord } from '../../cluster/cluster.ts'
import { milliseconds } from '../failure-message.ts'
import { placeOf } from '../record.ts'
import { firstMatch, type Hint } from './circumstances.ts'

/** A record that matches is there, but for whoever reads what is committed it isn't: of its transaction, or of one before it. */
export const notCommitted: Hint = async (circumstances) => {
  const { topic, from, isolation } = circumstances
  if (isolation === 'read_uncommitted') return undefined
  const { cluster, began } = topic.scope
  const committed = await cluster.reader(topic.name, from ?? began).read()
  const there = new Set(committed.map(placeOf))
  const isHidden = (stored: StoredRecord): boolean => !there.has(placeOf(stored))
  const found = await firstMatch(circumstances, topic.name, isHidden, { from, isolation: 'read_uncommitted' })
  if (found === undefined) return undefined
  return `${placeOf(found.record)} matches, ${await whyHidden(found.stored, circumstances)}`
}

async function whyHidden(
  { transaction, topic, partition, offset }: StoredRecord,
  { topic: { scope } }: Parameters<Hint>[0],
): Promise<string> {
  if (!scope.cluster.deterministic)
    return "in a transaction that is open or was aborted: isolation 'read_uncommitted' sees it"
  if (transaction?.state === 'aborted') {
    return `but its transaction of ${producerOf(transaction)} was aborted ${milliseconds(now() - transaction.endedAt)} ago`
  }
  if (transaction?.state === 'open') return `in a transaction of ${producerOf(transaction)} that is still open`
  const all = await scope.cluster.reader(topic, 'beginning', 'read_uncommitted').read()
  const before = all.find(
    (one) => one.partition === partition && one.offset < offset && one.transaction?.state === 'open',
  )
  const whose = before?.transaction === undefined ? '' : ` of ${producerOf(before.transaction)}`
  return `behind a transaction${whose} that is still open: consumers of committed records don't get it before that ends`
}

function producerOf({ transactionalId, clientId }: NonNullable<StoredRecord['transaction']>): string {
  return `producer ${transactionalId} (${by(clientId)})`
}
