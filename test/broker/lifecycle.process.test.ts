import { execFile } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import { expect, test } from 'vitest'

const index = fileURLToPath(new URL('../../src/broker/index.ts', import.meta.url))

/** Runs a script that imports the broker; resolves with what it wrote when the process has ended by itself. */
async function run(script: string): Promise<string> {
  const source = `import { startBroker } from ${JSON.stringify(new URL(`file://${index}`).href)}\n${script}`
  const { stdout } = await promisify(execFile)(process.execPath, ['--input-type=module-typescript', '-e', source])
  return stdout.trim()
}

test('importing it loads the listener only', async () => {
  const loaded = await run(`
    import { registerHooks } from 'node:module'
    const modules = []
    registerHooks({ load: (url, context, next) => { modules.push(url); return next(url, context) } })
    const broker = await startBroker()
    const before = modules.length
    await broker.load()
    await broker.close()
    console.log(before, modules.length > 20)
  `)
  expect(loaded).toBe('0 true')
})

test('close ends what waits, and the process ends', async () => {
  const ended = await run(`
    import net from 'node:net'
    const broker = await startBroker()
    const socket = net.connect(broker.port, broker.host)
    await new Promise((resolve) => socket.once('connect', resolve))
    await broker.load()
    await broker.close()
    console.log('closed')
  `)
  expect(ended).toBe('closed')
})

test('with keepAlive false an open broker does not hold the process', async () => {
  expect(await run(`await startBroker({ keepAlive: false }); console.log('started')`)).toBe('started')
})
