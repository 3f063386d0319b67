import { existsSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, test, vi } from 'vitest'
import { SpoolFiles } from '../../src/reporter/spool-files.ts'

test('what a killed runner left in the temporary folder goes with the next run, not what a live one writes to', () => {
  const temporary = mkdtempSync(join(tmpdir(), 'spool-files-'))
  for (const name of ['TMPDIR', 'TMP', 'TEMP']) vi.stubEnv(name, temporary)
  vi.stubEnv('KAFKA_TESTKIT_SPOOL', undefined)
  // Beyond what a system gives.
  const dead = 2 ** 30
  const folders = {
    dead: `kafka-testkit-spool-${dead}-a`,
    alive: `kafka-testkit-spool-${process.ppid}-b`,
    other: 'other',
  }
  for (const name of Object.values(folders)) {
    mkdirSync(join(temporary, name))
    writeFileSync(join(temporary, name, 'x.ndjson'), '{}')
  }
  const spool = new SpoolFiles()
  const there = (name: keyof typeof folders): boolean => existsSync(join(temporary, folders[name]))
  expect({ dead: there('dead'), alive: there('alive'), other: there('other') }).toEqual({
    dead: false,
    alive: true,
    other: true,
  })
  spool.remove()
  vi.unstubAllEnvs()
  rmSync(temporary, { recursive: true })
})
