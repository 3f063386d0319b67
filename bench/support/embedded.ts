import { spawn } from 'node:child_process'
import { once } from 'node:events'
import type { BrokerOptions } from '../../src/broker/index.ts'
import { built } from './built.ts'
import { firstLine } from './process.ts'

export interface Embedded {
  brokers: string
  close(): Promise<void>
}

/** An embedded broker in this process. */
export async function embeddedHere(): Promise<Embedded> {
  const { startBroker } = (await import(built('broker/index.js'))) as typeof import('../../src/broker/index.ts')
  const broker = await startBroker()
  return { brokers: broker.brokers.join(','), close: () => broker.close() }
}

/** An embedded broker in a process of its own, as real Kafka is. */
export async function embeddedElsewhere(options: BrokerOptions = {}): Promise<Embedded & { pid: number }> {
  const code = `import { startBroker } from '${built('broker/index.js')}'
    const broker = await startBroker(${JSON.stringify(options)})
    console.log(broker.brokers.join(','))
    process.stdin.on('end', () => process.exit()).resume()`
  const child = spawn(process.execPath, ['--input-type=module', '--eval', code], { stdio: ['pipe', 'pipe', 'inherit'] })
  const brokers = await firstLine(child)
  return {
    brokers,
    pid: child.pid as number,
    async close() {
      child.stdin.end()
      await once(child, 'close')
    },
  }
}
