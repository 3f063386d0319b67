import { type ChildProcess, execFileSync, spawn, spawnSync } from 'node:child_process'
import { once } from 'node:events'
import { chownSync, existsSync, mkdtempSync, readdirSync, rmSync } from 'node:fs'
import { createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

/** A PostgreSQL of our own, in a temporary folder, until it is disposed of. */
export interface Postgres {
  /** `postgres://…` */
  url: string
  [Symbol.asyncDispose](): Promise<void>
}

/** Where Debian puts it, a folder a version. */
const DEBIAN = '/usr/lib/postgresql'
const DEADLINE_MS = 60_000

/** The folder of PostgreSQL's programs: that of the PATH, or Debian's newest; undefined where there is none. */
export function findPostgres(): string | undefined {
  const { stdout, status } = spawnSync('pg_config', ['--bindir'], { encoding: 'utf8' })
  if (status === 0 && existsSync(join(stdout.trim(), 'initdb'))) return stdout.trim()
  if (!existsSync(DEBIAN)) return undefined
  const versions = readdirSync(DEBIAN).sort((a, b) => Number(b) - Number(a))
  return versions.map((version) => join(DEBIAN, version, 'bin')).find((folder) => existsSync(join(folder, 'initdb')))
}

/**
 * Starts a cluster that only this machine can reach. PostgreSQL refuses to run as root: then it runs as `postgres`, the
 * user that its package made, or as `nobody`.
 *
 * @throws Error when it is not installed, or does not start in a minute.
 */
export async function startPostgres(): Promise<Postgres> {
  const programs = findPostgres()
  if (programs === undefined) throw new Error('PostgreSQL is missing: npm run install:postgres')
  const folder = mkdtempSync(join(tmpdir(), 'kafka-testkit-postgres-'))
  const user = process.getuid?.() === 0 ? unprivileged() : undefined
  if (user !== undefined) chownSync(folder, user.uid, user.gid)
  const data = join(folder, 'data')
  const options = { ...user, cwd: folder, env: { ...process.env, LC_ALL: 'C' } }
  let server: ChildProcess | undefined
  try {
    const initialise = ['-D', data, '-U', 'testkit', '-A', 'trust', '-E', 'UTF8', '--no-sync', '--no-instructions']
    execFileSync(join(programs, 'initdb'), initialise, { ...options, stdio: 'pipe', timeout: DEADLINE_MS })
    const port = await freePort()
    const settings = [`port=${port}`, 'listen_addresses=127.0.0.1', 'unix_socket_directories=', 'max_connections=50']
    const args = ['-D', data, ...settings.flatMap((setting) => ['-c', setting])]
    server = spawn(join(programs, 'postgres'), args, { ...options, stdio: ['ignore', 'ignore', 'pipe'] })
    await untilReady(server)
    return { url: `postgres://testkit@127.0.0.1:${port}/postgres`, [Symbol.asyncDispose]: () => stop(server!, folder) }
  } catch (error) {
    if (server !== undefined) await stop(server, folder)
    else rmSync(folder, { recursive: true, force: true })
    throw error
  }
}

function unprivileged(): { uid: number; gid: number } {
  for (const name of ['postgres', 'nobody']) {
    const ids = ['-u', '-g'].map((flag) => spawnSync('id', [flag, name], { encoding: 'utf8' }))
    if (ids.every(({ status }) => status === 0)) {
      const [uid, gid] = ids.map(({ stdout }) => Number(stdout))
      return { uid: uid!, gid: gid! }
    }
  }
  throw new Error('PostgreSQL does not run as root, and there is no user postgres or nobody')
}

async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1')
  await once(server, 'listening')
  const { port } = server.address() as { port: number }
  server.close()
  await once(server, 'close')
  return port
}

async function untilReady(server: ChildProcess): Promise<void> {
  const { promise, resolve, reject } = Promise.withResolvers<void>()
  let log = ''
  const fail = (reason: string): void => reject(new Error(`PostgreSQL ${reason}:\n${log}`))
  const timer = setTimeout(() => fail('is not ready after a minute'), DEADLINE_MS)
  server.stderr!.setEncoding('utf8').on('data', (text: string) => {
    log += text
    if (log.includes('ready to accept connections')) resolve()
  })
  server.once('error', reject)
  server.once('exit', (code) => fail(`ended with ${code}`))
  try {
    await promise
  } finally {
    clearTimeout(timer)
    server.removeAllListeners('exit')
  }
}

/** Fast shutdown: sessions that are open are ended. */
async function stop(server: ChildProcess, folder: string): Promise<void> {
  if (server.exitCode === null && server.signalCode === null) {
    server.kill('SIGINT')
    await once(server, 'exit')
  }
  rmSync(folder, { recursive: true, force: true, maxRetries: 5 })
}
