import { type Api, api } from '../api.ts'
import { ErrorCode } from '../protocol/errors.ts'
import { CLUSTER_OPERATIONS } from './authorized-operations.ts'

const BROKERS = 1

/**
 * DescribeCluster (60), versions 0 to 2: the brokers, of which there is one. Its controllers (endpoint type 2) are not
 * told here (Kafka: KafkaApis#handleDescribeCluster).
 */
export const describeCluster: Api<'DescribeCluster'> = api(
  'DescribeCluster',
  [0, 2],
  ({ includeClusterAuthorizedOperations, endpointType }, { broker, connection }) => {
    if (endpointType !== BROKERS) {
      return {
        errorCode: ErrorCode.MISMATCHED_ENDPOINT_TYPE,
        errorMessage:
          'The request was sent to an endpoint of type BROKER, but we wanted an endpoint of type CONTROLLER',
        clusterId: '',
      }
    }
    return {
      errorCode: ErrorCode.NONE,
      clusterId: broker.clusterId,
      controllerId: broker.nodeId,
      brokers: [{ brokerId: broker.nodeId, host: connection.localHost, port: connection.localPort, rack: null }],
      ...(includeClusterAuthorizedOperations ? { clusterAuthorizedOperations: CLUSTER_OPERATIONS } : {}),
    }
  },
)
