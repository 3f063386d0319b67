import { built } from '../support/built.ts'
import type { Outcome } from '../support/figure.ts'
import { runFresh } from '../support/process.ts'
import { interleave, median } from '../support/statistics.ts'

const report = `for (let pass = 0; pass < 5; pass += 1) {
  gc()
  await new Promise((resolve) => setTimeout(resolve, 20))
}
console.log(JSON.stringify(process.memoryUsage().rss / 1024 / 1024))
process.exit()`

/** Resident memory of a Node with a broker that has answered a request and has no records, over one without. */
export default async function memory(): Promise<Outcome[]> {
  const broker = `import { connect } from 'node:net'
    import { once } from 'node:events'
    import { startBroker } from '${built('broker/index.js')}'
    const broker = await startBroker()
    const socket = connect(broker.port, broker.host)
    socket.write(Buffer.from('0000000a0012000000000001ffff', 'hex'))
    await once(socket, 'data')
    ${report}`
  const megabytes = await interleave(
    {
      bare: () => runFresh<number>(report, ['--expose-gc']),
      broker: () => runFresh<number>(broker, ['--expose-gc']),
    },
    { rounds: 9, warmUp: 1 },
  )
  const bare = median(megabytes.bare)
  const withBroker = median(megabytes.broker)
  return [
    {
      name: 'memory of a broker with an empty log',
      measured: withBroker - bare,
      unit: 'MB',
      goal: { atMost: 10 },
      details: { 'bare Node MB': bare, 'with a broker MB': withBroker },
    },
  ]
}
