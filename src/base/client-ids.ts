/** The client id of what kafka-testkit itself opens on behalf of a test. */
export const ownClientId = 'kafka-testkit'
/** Of the tasks that read as a member of a group: what such a client receives the test itself has. */
export const taskClientId = 'kafka-testkit-task'

/** Who did it, where the test itself did. */
export const thisTest = 'this test'

/** Who did it, in the words of a timeline. */
export function by(clientId: string): string {
  if (clientId === ownClientId || clientId === taskClientId) return thisTest
  return clientId === '' ? 'a client' : `client ${clientId}`
}
