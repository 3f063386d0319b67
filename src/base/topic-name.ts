const LONGEST_NAME = 249

/** What is wrong with a topic's name, in Kafka's words, or undefined (Kafka: Topic#validate). */
export function topicNameError(name: string): string | undefined {
  if (name === '') return 'Topic name is invalid: the empty string is not allowed'
  if (name === '.') return "Topic name is invalid: '.' is not allowed"
  if (name === '..') return "Topic name is invalid: '..' is not allowed"
  if (name.length > LONGEST_NAME) {
    return `Topic name is invalid: the length of '${name}' is longer than the max allowed length ${LONGEST_NAME}`
  }
  if (!/^[a-zA-Z0-9._-]+$/.test(name)) {
    return (
      `Topic name is invalid: '${name}' contains one or more characters other than ASCII alphanumerics, ` +
      "'.', '_' and '-'"
    )
  }
  return undefined
}

/** Names that differ in '.' and '_' only collide in Kafka's metrics, so there is never more than one of them. */
export function collisionKey(name: string): string {
  return name.replaceAll('.', '_')
}
