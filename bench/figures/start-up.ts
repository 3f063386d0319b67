import { built } from '../support/built.ts'
import type { Outcome } from '../support/figure.ts'
import { runFresh } from '../support/process.ts'
import { median } from '../support/statistics.ts'

interface Times {
  imported: number
  listening: number
  answered: number
}

/** How long a broker takes to listen, and to answer its first request, which loads the rest of it. */
export default async function startUp(): Promise<Outcome[]> {
  // ApiVersions 0: length 10, key 18, version 0, correlation id 1, no client id.
  const code = `import { connect } from 'node:net'
    import { once } from 'node:events'
    const begun = performance.now()
    const { startBroker } = await import('${built('broker/index.js')}')
    const imported = performance.now()
    const broker = await startBroker()
    const listening = performance.now()
    const socket = connect(broker.port, broker.host)
    socket.write(Buffer.from('0000000a0012000000000001ffff', 'hex'))
    await once(socket, 'data')
    const answered = performance.now()
    console.log(JSON.stringify({ imported: imported - begun, listening: listening - imported, answered: answered - imported }))
    process.exit()`
  const times: Times[] = []
  for (let round = 0; round < 15; round += 1) times.push(await runFresh<Times>(code))
  const of = (name: keyof Times) => median(times.map((time) => time[name]))
  return [
    {
      name: 'broker listening after set-up',
      measured: of('listening'),
      unit: 'ms',
      goal: { atMost: 2 },
      details: { processes: times.length, 'import ms': of('imported') },
    },
    {
      name: 'first ApiVersions answered after set-up',
      measured: of('answered'),
      unit: 'ms',
      goal: { atMost: 25 },
      details: { processes: times.length },
    },
  ]
}
