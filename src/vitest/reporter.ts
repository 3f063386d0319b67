/** Vitest's reporter. */
export default class KafkaReporter {}
