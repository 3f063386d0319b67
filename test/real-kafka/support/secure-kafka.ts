import { AclOperationTypes, AclPermissionTypes, AclResourceTypes, Kafka, logLevel, ResourcePatternTypes } from 'kafkajs'
import { type StartedKafka, startKafka } from '../../../bench/support/real-kafka.ts'
import { type Certificates, createCertificates } from './certificates.ts'

export interface SecureKafka extends AsyncDisposable {
  /** Its plain listener lets everybody do all. */
  plain: string
  /** SASL and TLS, each mechanism; the certificate is for kafka-1. */
  secure: string
  certificates: Certificates
  /** What reaches it, and may use topics and groups that begin with "tests-". */
  variables(mechanism: string): Record<string, string>
}

const modules = 'org.apache.kafka.common.security'
const jaas: Record<string, string> = {
  plain: `${modules}.plain.PlainLoginModule required username="broker" password="x" user_ann="lamp-secret";`,
  'scram-sha-256': `${modules}.scram.ScramLoginModule required;`,
  'scram-sha-512': `${modules}.scram.ScramLoginModule required;`,
  oauthbearer: `${modules}.oauthbearer.OAuthBearerLoginModule required unsecuredLoginStringClaim_sub="broker";`,
}

/** A broker with TLS, every SASL mechanism that Kafka brings, and ACLs. */
export async function startSecureKafka(): Promise<SecureKafka> {
  const certificates = await createCertificates('dns:kafka-1')
  const properties: Record<string, string> = {
    'ssl.keystore.location': certificates.keystore.replaceAll('\\', '/'),
    'ssl.keystore.password': certificates.passphrase,
    'ssl.keystore.type': 'PKCS12',
    'listener.name.secure.sasl.enabled.mechanisms': 'PLAIN,SCRAM-SHA-256,SCRAM-SHA-512,OAUTHBEARER',
    'authorizer.class.name': 'org.apache.kafka.metadata.authorizer.StandardAuthorizer',
    'super.users': 'User:ANONYMOUS',
  }
  for (const [mechanism, config] of Object.entries(jaas)) {
    properties[`listener.name.secure.${mechanism}.sasl.jaas.config`] = config
  }
  const broker = await startKafka({
    listeners: { SECURE: 'SASL_SSL' },
    properties,
    scram: ['SCRAM-SHA-256', 'SCRAM-SHA-512'].map((mechanism) => `${mechanism}=[name=ann,password=lamp-secret]`),
  })
  await allow(broker, 'tests-')
  return {
    plain: broker.brokers,
    secure: broker.addresses.SECURE!,
    certificates,
    variables: (mechanism) => ({
      KAFKA_TESTKIT_CLUSTER: 'external',
      KAFKA_BROKERS: broker.addresses.SECURE!,
      KAFKA_SSL_CA: certificates.ca,
      KAFKA_SSL_SERVERNAME: 'kafka-1',
      KAFKA_SASL_MECHANISM: mechanism,
      KAFKA_SASL_USERNAME: 'ann',
      KAFKA_SASL_PASSWORD: 'lamp-secret',
    }),
    async [Symbol.asyncDispose]() {
      await broker[Symbol.asyncDispose]()
      certificates[Symbol.dispose]()
    },
  }
}

async function allow({ brokers }: StartedKafka, prefix: string): Promise<void> {
  const admin = new Kafka({ brokers: [brokers], logLevel: logLevel.NOTHING }).admin()
  await admin.connect()
  const acl = [AclResourceTypes.TOPIC, AclResourceTypes.GROUP].map((resourceType) => ({
    resourceType,
    resourceName: prefix,
    resourcePatternType: ResourcePatternTypes.PREFIXED,
    principal: 'User:ann',
    host: '*',
    operation: AclOperationTypes.ALL,
    permissionType: AclPermissionTypes.ALLOW,
  }))
  await admin.createAcls({ acl })
  await admin.disconnect()
}
