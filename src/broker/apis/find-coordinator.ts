import { type Api, api, type Connection } from '../api.ts'
import { ErrorCode } from '../protocol/errors.ts'

const GROUP = 0
const TRANSACTION = 1

/**
 * FindCoordinator (10), versions 0 to 6: tells which broker keeps a group or a transactional id; here it is this one.
 * Version 4 asks for several keys at once. A share group (key type 2) answers INVALID_REQUEST, as a broker without them.
 */
export const findCoordinator: Api<'FindCoordinator'> = api(
  'FindCoordinator',
  [0, 6],
  (request, { broker, connection, version }) => {
    if (request.keyType === GROUP) broker.topics.createOffsets()
    if (request.keyType === TRANSACTION) broker.topics.createTransactions()
    const known = request.keyType === GROUP || request.keyType === TRANSACTION
    const coordinator = known ? thisBroker(broker.nodeId, connection) : nobody()
    if (version < 4) return known ? { ...coordinator, errorMessage: 'NONE' } : coordinator
    return { coordinators: request.coordinatorKeys.map((key) => ({ key, ...coordinator })) }
  },
)

function thisBroker(nodeId: number, { localHost, localPort }: Connection) {
  return { errorCode: ErrorCode.NONE, errorMessage: '', nodeId, host: localHost, port: localPort }
}

function nobody() {
  return {
    errorCode: ErrorCode.INVALID_REQUEST,
    errorMessage: 'unknown coordinator type',
    nodeId: -1,
    host: '',
    port: -1,
  }
}
