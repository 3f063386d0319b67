export type { CreateTopicOptions, Isolation } from './cluster/cluster.ts'
export type { BrokerConfig } from './config/broker.ts'
export type {
  ClusterConfig,
  ExternalConfig,
  SaslSslConfig,
  TestcontainersConfig,
} from './config/cluster.ts'
export { type Config, defineConfig } from './config/config.ts'
export type { Environment, Variables } from './config/environments.ts'
export type { SaslConfig, SslConfig } from './config/security.ts'
export type { TopicConfig } from './config/topics.ts'
export type { ConsumeOptions } from './kafka/consume.ts'
export type { Group } from './kafka/group.ts'
export type { Kafka, NewTopicOptions, RedactSwitches, SettledOptions, TopicOptions } from './kafka/kafka.ts'
export type { Pattern, RecordFields, RecordPattern } from './kafka/patterns.ts'
export type { ProducedRecord, ProduceOptions } from './kafka/produce.ts'
export type { ReceiveOptions, RecordsOptions } from './kafka/receive.ts'
export type { Headers, HeaderValue, RawRecord, ReceivedRecord, Serdes } from './kafka/record.ts'
export type { HeaderInput, RecordInput } from './kafka/record-input.ts'
export type { Topic } from './kafka/topic.ts'
export type { RedactOptions, RedactRule, RuleAction, RuleSelect, RuleTarget } from './redaction/options.ts'
export { auto } from './serdes/auto.ts'
export { bytes } from './serdes/bytes.ts'
export { json } from './serdes/json.ts'
export type { Serde, SerdeContext } from './serdes/serde.ts'
export { string } from './serdes/string.ts'
