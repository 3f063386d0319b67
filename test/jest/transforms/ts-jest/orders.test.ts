import { json } from 'kafka-testkit'
import { kafka } from 'kafka-testkit/jest'
import { order } from './src/orders'

interface Order {
  sku: string
}

test('an order of the application arrives', async () => {
  await order('lamp')
  await expect(kafka.topic('orders', { value: json<Order>() })).toReceiveRecord({ key: 'lamp', value: { sku: 'lamp' } })
  await expect(kafka.topic('orders')).toMatchRecordSnapshot()
})

test('fails: a failure shows where it is', async () => {
  const nothing: string = 'nothing'
  await expect(kafka.topic(nothing)).toReceiveRecord({ key: 'here' }, { timeout: 10 })
})
