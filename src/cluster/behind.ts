import type { GroupPartition } from './cluster.ts'

type Position = Pick<GroupPartition, 'topic' | 'partition' | 'committed' | 'lag' | 'logEnd'>

/** "2 records behind on orders/0 (committed 3, end 5)", on every cluster. */
export function howFarBehind({ topic, partition, committed, lag: behind, logEnd }: Position): string {
  const at = committed === undefined ? 'nothing committed' : `committed ${committed}`
  return `${behind} ${behind === 1 ? 'record' : 'records'} behind on ${topic}/${partition} (${at}, end ${logEnd})`
}
