import { type Api, api } from '../api.ts'
import { ErrorCode } from '../protocol/errors.ts'

/** ListPartitionReassignments (46), version 0: nothing moves where there is one node. */
export const listPartitionReassignments: Api<'ListPartitionReassignments'> = api(
  'ListPartitionReassignments',
  [0, 0],
  () => ({ errorCode: ErrorCode.NONE, errorMessage: null, topics: [] }),
)
