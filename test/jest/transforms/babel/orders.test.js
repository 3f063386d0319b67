import { kafka } from 'kafka-testkit/jest'
import { order } from './src/orders.js'

test('an order of the application arrives', async () => {
  await order('lamp')
  await expect(kafka.topic('orders')).toReceiveRecord({ key: 'lamp', value: { sku: 'lamp' } })
  await expect(kafka.topic('orders')).toMatchRecordSnapshot()
})

test('fails: a failure shows where it is', async () => {
  await expect(kafka.topic('nothing')).toReceiveRecord({ key: 'here' }, { timeout: 10 })
})
