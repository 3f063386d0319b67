import { type Api, api } from '../api.ts'
import { ErrorCode } from '../protocol/errors.ts'

/**
 * SaslHandshake (17), versions 0 and 1: a listener without authentication answers ILLEGAL_SASL_STATE (Kafka:
 * KafkaApis#handleSaslHandshakeRequest). Few clients say what that means, so the log does.
 */
export const saslHandshake: Api<'SaslHandshake'> = api('SaslHandshake', [0, 1], ({ mechanism }, { connection }) => {
  connection.refused(
    `the client wants to authenticate (SASL, ${JSON.stringify(mechanism)}), this listener has no authentication: ` +
      'leave SASL out of its settings for this broker',
  )
  return { errorCode: ErrorCode.ILLEGAL_SASL_STATE, mechanisms: [] }
})
