import { describe, expect, test } from 'vitest'
import { uuid7 } from '../../../src/base/ids.ts'
import { compareRuns } from '../../../src/run/compare.ts'
import type { Line } from '../../../src/run/model.ts'
import type { Answer } from '../support/client.ts'
import { clusterLine, ndjson, runLine, testLines } from '../support/run.ts'
import type { Subject } from './contract.ts'

const HOUR_MS = 60 * 60 * 1000

export function describeReading(subject: Subject): void {
  const runs = (project: string, query = ''): Promise<Answer> =>
    subject.admin.get(`/v1/projects/${encodeURIComponent(project)}/runs${query}`)
  const ids = ({ body }: Answer): string[] => body.runs.map(({ id }: { id: string }) => id)

  describe('reading', () => {
    test('runs come newest first, by page and by filter', async () => {
      const { admin } = subject
      const project = subject.project()
      const now = Date.now()
      const old = await admin.upload([testLines('a')], runLine({ startedAt: now - 3 * HOUR_MS, branch: 'x' }), project)
      const failed = [clusterLine({ environment: 'ci', color: 'red' }), ...testLines('b', { status: 'failed' })]
      const middle = await admin.upload([failed], runLine({ startedAt: now - 2 * HOUR_MS, environment: 'ci' }), project)
      const young = runLine({ startedAt: now - HOUR_MS })
      await admin.begin(young, project)

      const all = await runs(project)
      expect(ids(all)).toEqual([young.id, middle.id, old.id])
      expect(all.body.runs.map(({ color }: { color: string | null }) => color)).toEqual([null, 'red', null])
      expect(ids(await runs(project, '?limit=1'))).toEqual([young.id])
      expect(ids(await runs(project, `?limit=1&before=${young.id}`))).toEqual([middle.id])
      expect(ids(await runs(project, '?branch=x'))).toEqual([old.id])
      expect(ids(await runs(project, '?environment=ci'))).toEqual([middle.id])
      expect(ids(await runs(project, '?state=running'))).toEqual([young.id])
      expect(ids(await runs(project, '?status=failed'))).toEqual([middle.id])
      expect(ids(await runs(project, `?since=${now - 2.5 * HOUR_MS}`))).toEqual([young.id, middle.id])
      expect((await runs(project, '?status=fine')).status).toBe(400)
      expect(ids(await runs(subject.project()))).toEqual([])

      const { body } = await admin.get(`/v1/runs/${middle.id}`)
      expect(body).toMatchObject({ id: middle.id, project, state: 'complete', run: middle, dataRemovedAt: null })
      expect(body.end).toMatchObject({ type: 'end', status: 'failed', totals: { tests: 1, failed: 1 } })
      expect((await admin.get(`/v1/runs/${young.id}`)).body).toMatchObject({ state: 'running', end: null })
      expect((await admin.get(`/v1/runs/${uuid7()}`)).status).toBe(404)
    })

    test('a search finds branches, environments, and how ids, commits and builds begin', async () => {
      const { admin } = subject
      const project = subject.project()
      const ci = { name: 'GitHub Actions', url: null, job: null, attempt: null, pullRequest: null }
      const one = await admin.upload(
        [testLines('a')],
        runLine({ branch: 'feature/Stock', commit: 'abc123', ci: { ...ci, build: '1_7' } }),
        project,
      )
      const other = await admin.upload(
        [testLines('a')],
        runLine({ environment: 'staging', commit: 'bcd', startedAt: Date.now() + 1000 }),
        project,
      )
      const found = async (text: string): Promise<string[]> =>
        ids(await runs(project, `?search=${encodeURIComponent(text)}`))
      expect(await found('stock')).toEqual([one.id])
      expect(await found('STAG')).toEqual([other.id])
      expect(await found('bc')).toEqual([other.id])
      expect(await found('ABC1')).toEqual([one.id])
      expect(await found('1_')).toEqual([one.id])
      expect(await found('1%')).toEqual([])
      expect(await found(one.id)).toEqual([one.id])
      expect(await found('"commit":"')).toEqual([])
      expect((await runs(project, '?limit=1')).body).toMatchObject({ total: 2 })
      expect((await runs(project, `?limit=1&before=${other.id}&search=a`)).body).toMatchObject({ total: 2 })
      const names = await admin.get(`/v1/projects/${encodeURIComponent(project)}/run-names`)
      expect(names.body).toEqual({ branches: ['main', 'feature/Stock'], environments: ['staging'] })
    })

    test('two runs compared, as the command line compares them', async () => {
      const { admin } = subject
      const project = subject.project()
      const tests = (status: 'passed' | 'failed', other: 'passed' | 'failed', duration: number): Line[] => [
        ...testLines('ships', { status }),
        ...testLines('rejects', { status: other }),
        ...testLines('waits', { duration }),
      ]
      const [first, second] = [tests('passed', 'failed', 10), [...tests('failed', 'passed', 100), ...testLines('new')]]
      const before = await admin.upload([first], runLine(), project)
      const after = await admin.upload([second.slice(0, 7), second.slice(7)], runLine(), project)
      const { body } = await admin.get(`/v1/runs/${after.id}/compare/${before.id}`)
      expect(body).toEqual({ before: before.id, after: after.id, ...compareRuns(first, second) })
      expect(
        Object.entries(body).flatMap(([kind, list]) => (Array.isArray(list) ? [[kind, list.length]] : [])),
      ).toEqual([
        ['newFailures', 1],
        ['stillFailing', 0],
        ['mended', 1],
        ['flaky', 0],
        ['slower', 1],
        ['added', 1],
        ['removed', 0],
      ])
      expect((await admin.get(`/v1/runs/${after.id}/compare/${uuid7()}`)).status).toBe(404)
    })

    test('the tests of a run, by page and by filter', async () => {
      const { admin } = subject
      const at = Date.now()
      const tests = [
        testLines('ships', { startedAt: at }),
        testLines('rejects', { startedAt: at + 1, status: 'failed' }),
        testLines('100% of it', { startedAt: at + 2 }),
      ]
      const run = await admin.upload(tests)
      const list = async (query = ''): Promise<string[]> => {
        const { body } = await admin.get(`/v1/runs/${run.id}/tests${query}`)
        return body.tests.map(({ test: { name } }: { test: { name: string } }) => name)
      }
      expect(await list()).toEqual(['ships', 'rejects', '100% of it'])
      expect(await list('?status=failed')).toEqual(['rejects'])
      expect(await list('?flaky=true')).toEqual([])
      expect(await list('?search=REJ')).toEqual(['rejects'])
      expect(await list('?search=0%25')).toEqual(['100% of it'])
      expect(await list('?search=_hips')).toEqual([])
      expect(await list('?search=orders.test')).toHaveLength(3)
      expect(await list('?limit=1')).toEqual(['ships'])
      const [first] = (await admin.get(`/v1/runs/${run.id}/tests`)).body.tests
      expect(await list(`?after=${first.id}`)).toEqual(['rejects', '100% of it'])
    })

    test('a test with its timeline, records and checks, though its lines came in two chunks', async () => {
      const { admin } = subject
      const [line, task, event, record, check] = testLines('ships')
      const run = await admin.upload([
        [check!, ...testLines('another'), line!],
        [record!, event!, task!],
      ])
      const path = `/v1/runs/${run.id}/tests/${line!.type === 'test' && line!.id}`

      expect((await admin.get(path)).body).toMatchObject({ line, test: { test: { name: 'ships' }, status: 'passed' } })
      expect((await admin.get(`${path}/timeline`)).body).toEqual({ lines: [task, event, check] })
      expect((await admin.get(`${path}/records`)).body).toEqual({ lines: [record] })
      expect((await admin.get(`${path}/checks`)).body).toEqual({ lines: [check] })
      expect((await admin.get(`/v1/runs/${run.id}/tests/none/checks`)).status).toBe(404)
    })

    test('names may have any character', async () => {
      const { admin } = subject
      const name = 'späti > "0\0"\u{1F4A1} \' -- '
      const run = await admin.upload([testLines(name)])
      const { body } = await admin.get(`/v1/runs/${run.id}/tests`)
      // Not every database's text has a NUL; the line has it.
      expect(body.tests[0].test.name).toBe(name.replace('\0', '\uFFFD'))
      const { body: one } = await admin.get(`/v1/runs/${run.id}/tests/${body.tests[0].id}`)
      expect(one.line.name).toBe(name)
    })

    test('a run of which nothing is heard is lost, until more of it comes', async () => {
      const { admin, store } = subject
      const { testEndpoint } = await import('../support/endpoint.ts')
      const run = runLine()
      const lines = testLines('one')
      await admin.begin(run)
      {
        await using _ = await testEndpoint({ ...store(), lostAfter: 0 })
        await expect.poll(async () => (await admin.get(`/v1/runs/${run.id}`)).body.state).toBe('lost')
      }
      await admin.chunk(run.id, 0, ndjson(lines))
      expect((await admin.get(`/v1/runs/${run.id}`)).body.state).toBe('running')
    })
  })
}
