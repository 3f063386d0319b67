import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { expect, test } from 'vitest'
import { SQLITE_FILE } from '../../src/endpoint/store/sqlite.ts'
import { temporaryFolder, testEndpoint } from './support/endpoint.ts'
import { runLine, testLines } from './support/run.ts'

test('a database of the first version is brought forward with what its runs say', async () => {
  using folder = temporaryFolder()
  const days = async (): Promise<unknown> => {
    await using endpoint = await testEndpoint({ folder: folder.path })
    return (await endpoint.admin.get('/v1/projects/orders/insights/days')).body.days
  }
  {
    await using endpoint = await testEndpoint({ folder: folder.path })
    for (let run = 0; run < 3; run += 1) await endpoint.admin.upload([testLines('ships')], runLine())
  }
  const before = await days()
  const database = new DatabaseSync(join(folder.path, SQLITE_FILE))
  for (const table of ['runs', 'daily']) {
    database.exec(`ALTER TABLE ${table} DROP COLUMN records_produced`)
    database.exec(`ALTER TABLE ${table} DROP COLUMN records_received`)
  }
  for (const table of ['run_task_times', 'sessions']) database.exec(`DROP TABLE ${table}`)
  database.exec('ALTER TABLE runs DROP COLUMN clusters')
  database.exec('UPDATE schema_version SET version = 1')
  database.close()
  expect(await days()).toEqual(before)
  expect(before).toMatchObject([{ runs: 3, recordsProduced: 3, recordsReceived: 3 }])
})
