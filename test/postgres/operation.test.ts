import { execFileSync } from 'node:child_process'
import { existsSync } from 'node:fs'
import { delimiter, join } from 'node:path'
import { expect, inject, test } from 'vitest'
import { findPostgres, startPostgres } from '../../scripts/postgres.ts'
import { openPostgres } from '../../src/endpoint/store/postgres.ts'
import { temporaryFolder, testEndpoint } from '../endpoint/support/endpoint.ts'
import { endLine, ndjson, runLine, testLines } from '../endpoint/support/run.ts'
import { cli, serve } from '../endpoint/support/serve.ts'

const adminToken = 'ktk_the-administrator-of-these-tests'
const cluster = inject('postgres')
let databases = 0

/** A database of the test's own. */
async function createDatabase(): Promise<string> {
  const name = `operation_${++databases}`
  await command(cluster, `CREATE DATABASE ${name}`)
  return cluster.replace(/\/postgres$/, `/${name}`)
}

async function command(url: string, sql: string): Promise<void> {
  const database = await openPostgres(url, () => {})
  await database.all(sql)
  await database.close()
}

test('serve keeps everything there: nothing is in the folder, and a token is made beside it', async () => {
  using folder = temporaryFolder()
  const env = { DATABASE_URL: await createDatabase() }
  const data = join(folder.path, 'data')
  const made = await cli(['serve', 'token', 'create', '--name', 'all', '--scope', 'admin', '--data', data], env)
  await using served = await serve(['--data', data], env)
  // There is an administrator already.
  expect(served.printed).toHaveLength(1)
  await served.client.with(made.stdout.trim()).upload([testLines('ships')])
  expect((await served.client.get('/ready')).status).toBe(200)
  served.kill('SIGTERM')
  if (process.platform !== 'win32') expect(await served.ended).toBe(0)
  expect(existsSync(data)).toBe(false)
})

test('two endpoints share a database, also when they start at once', async () => {
  const options = { folder: 'never-used', databaseUrl: await createDatabase() }
  const [first, second] = await Promise.all([testEndpoint(options), testEndpoint(options)])
  await using _ = first!
  await using __ = second!
  const run = runLine()
  const tests = Array.from({ length: 12 }, (___, index) => testLines(`test ${index}`))
  const chunks = tests.map((lines, index) => ndjson(index < 11 ? lines : [...lines, endLine(tests.flat())]))
  await first!.admin.begin(run)
  const both = [first!.admin, second!.admin]
  const answers = await Promise.all(both.flatMap((client) => chunks.map((raw, seq) => client.chunk(run.id, seq, raw))))
  expect(answers.map(({ status }) => status).sort()).toEqual([...Array(12).fill(200), ...Array(12).fill(201)])
  const ends = await Promise.all(both.map((client) => client.complete(run.id, chunks)))
  expect(ends.map(({ status }) => status)).toEqual([200, 200])
  expect((await second!.admin.get('/v1/projects/orders/insights/days')).body.days).toMatchObject([
    { runs: 1, tests: 12 },
  ])
})

test('connections that the database ends are replaced', async () => {
  const databaseUrl = await createDatabase()
  await using endpoint = await testEndpoint({ folder: 'never-used', databaseUrl })
  await endpoint.admin.upload([testLines('ships')])
  const name = new URL(databaseUrl).pathname.slice(1)
  await command(cluster, `SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = '${name}'`)
  await expect.poll(() => endpoint.log.join('\n')).toContain('database connection lost')
  // Each that is found broken goes.
  await expect.poll(async () => (await endpoint.admin.get('/ready')).status).toBe(200)
  await endpoint.admin.upload([testLines('ships')])
})

test('a database that is away is no failure: who uploads comes again', async () => {
  const own = await startPostgres()
  await using endpoint = await testEndpoint({ folder: 'never-used', databaseUrl: own.url })
  const run = runLine()
  await endpoint.admin.begin(run)
  await own[Symbol.asyncDispose]()
  for (const answer of [await endpoint.admin.chunk(run.id, 0, ndjson([])), await endpoint.admin.get('/ready')]) {
    expect(answer.status).toBe(503)
    expect(answer.headers.get('retry-after')).toBe('5')
  }
  expect(endpoint.log.filter((line) => line.includes('"request failed"'))).toEqual([])
})

test('a backup is what pg_restore reads', async () => {
  using folder = temporaryFolder()
  const programs = findPostgres()!
  const databaseUrl = await createDatabase()
  await using endpoint = await testEndpoint({ folder: 'never-used', databaseUrl })
  const run = await endpoint.admin.upload([testLines('ships', { data: 'lamp' })])
  const backup = join(folder.path, 'backup')
  const env = { DATABASE_URL: databaseUrl, PATH: `${programs}${delimiter}${process.env.PATH}` }
  expect(await cli(['serve', 'backup', backup], env)).toMatchObject({ exitCode: 0, stderr: '' })

  const restored = await createDatabase()
  execFileSync(join(programs, 'pg_restore'), ['--no-owner', `--dbname=${restored}`, join(backup, 'endpoint.dump')])
  await using served = await serve([], { DATABASE_URL: restored, KAFKA_TESTKIT_ADMIN_TOKEN: adminToken })
  const [{ id }] = (await served.client.get(`/v1/runs/${run.id}/tests`)).body.tests
  expect(JSON.stringify((await served.client.get(`/v1/runs/${run.id}/tests/${id}/records`)).body)).toContain('lamp')

  const withoutTools = await cli(['serve', 'backup', join(folder.path, 'other')], {
    DATABASE_URL: databaseUrl,
    PATH: '',
  })
  expect(withoutTools.stderr).toBe(
    'kafka-testkit: a backup of PostgreSQL needs its client tools (pg_dump) on the PATH\n',
  )
})
