import { type Admin, Kafka, logLevel } from 'kafkajs'

/** Asks a cluster from outside of what is tested. */
export async function ask<T>(brokers: string, question: (admin: Admin) => Promise<T>): Promise<T> {
  const admin = new Kafka({ brokers: brokers.split(','), logLevel: logLevel.NOTHING }).admin()
  await admin.connect()
  try {
    return await question(admin)
  } finally {
    await admin.disconnect()
  }
}

/** The topics that are there, but for Kafka's own. */
export async function topicsOf(brokers: string): Promise<string[]> {
  return (await ask(brokers, (admin) => admin.listTopics())).filter((name) => !name.startsWith('__')).sort()
}
