import { expect, test, vi } from 'vitest'
import { startApplication, startPassThrough } from '../../support/consumer.ts'
import { setUp } from '../../support/kafka.ts'
import { expect as expectKafka } from '../../support/matchers.ts'

/** Resolves when a check says that it still waits, which it does after the second that is waited in any case. */
function untilItWaits(): Promise<void> {
  return new Promise((resolve) => {
    vi.spyOn(console, 'error').mockImplementation(() => resolve())
  })
}

test('a service is waited for whose group no test names, since it reads a topic that the test holds', async () => {
  await using setting = await setUp()
  const { kafka } = setting
  const waits = untilItWaits()
  await kafka.createTopic('orders')
  await kafka.createTopic('payments')
  await startPassThrough(kafka, { to: 'payments', answer: () => waits.then(() => 'paid') })
  await kafka.topic('orders').produce({ value: 'o-1' })
  await expect(expectKafka(kafka.topic('payments')).not.toReceiveRecord()).rejects.toThrow(/"paid"/)
})

test('a service that crashed keeps `.not` from holding, whatever its group is called', async () => {
  await using setting = await setUp()
  const { kafka } = setting
  await kafka.createTopic('orders')
  const application = await startApplication(kafka, { gated: true, autoCommit: false })
  await kafka.topic('orders').produce({ value: 'o-1' })
  await application.busy()
  const check = expect(expectKafka(kafka.topic('payments')).not.toReceiveRecord({}, { timeout: 3000 })).rejects.toThrow(
    'group order-service has no members any more and is 1 record behind on orders/0 (nothing committed, end 1): did its handler throw?',
  )
  await untilItWaits()
  application.release()
  await application.disconnect()
  await check
})
