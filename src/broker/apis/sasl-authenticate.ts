import { type Api, api } from '../api.ts'
import { ErrorCode } from '../protocol/errors.ts'

/** SaslAuthenticate (36), versions 0 to 2: nobody is to authenticate here (Kafka: KafkaApis#handleSaslAuthenticateRequest). */
export const saslAuthenticate: Api<'SaslAuthenticate'> = api('SaslAuthenticate', [0, 2], (_, { connection }) => {
  connection.refused('the client sent SASL credentials, this listener has no authentication')
  return {
    errorCode: ErrorCode.ILLEGAL_SASL_STATE,
    errorMessage: 'SaslAuthenticate request received after successful authentication',
    authBytes: Buffer.alloc(0),
  }
})
