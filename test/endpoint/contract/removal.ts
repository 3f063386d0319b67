import { describe, expect, test } from 'vitest'
import { openStore } from '../../../src/endpoint/store/open.ts'
import type { Line } from '../../../src/run/model.ts'
import type { Answer } from '../support/client.ts'
import { testEndpoint } from '../support/endpoint.ts'
import { ndjson, runLine, testLines } from '../support/run.ts'
import type { Subject } from './contract.ts'

const DAY_MS = 24 * 60 * 60 * 1000

export function describeRemoval(subject: Subject): void {
  const of = (project: string): string => `/v1/projects/${encodeURIComponent(project)}`
  const days = async (project: string): Promise<unknown[]> =>
    (await subject.admin.get(`${of(project)}/insights/days`)).body.days
  const linesOf = async (run: string, name: string): Promise<Line[]> => {
    const { admin } = subject
    const { tests } = (await admin.get(`/v1/runs/${run}/tests?search=${name}`)).body
    const path = `/v1/runs/${run}/tests/${tests[0].id}`
    const answers = await Promise.all([admin.get(`${path}/timeline`), admin.get(`${path}/records`)])
    return [(await admin.get(path)).body.line, ...answers.flatMap(({ body }: Answer) => body.lines)]
  }

  describe('removal', () => {
    test('of a run: it is gone from lists and figures, and does not come back', async () => {
      const { admin } = subject
      const project = subject.project()
      const kept = await admin.upload([testLines('ships')], runLine(), project)
      const before = await days(project)
      const run = await admin.upload(
        [testLines('ships'), testLines('rejects', { status: 'failed' })],
        runLine(),
        project,
      )
      expect(await days(project)).not.toEqual(before)

      const { body } = await admin.delete(`/v1/runs/${run.id}`)
      expect(body).toEqual({ removed: { runs: 1, chunks: 2, executions: 2, lines: 0 } })
      expect((await admin.get(`/v1/runs/${run.id}`)).status).toBe(404)
      expect((await admin.get(`${of(project)}/runs`)).body.runs).toMatchObject([{ id: kept.id }])
      expect(await days(project)).toEqual(before)
      const { tests } = (await admin.get(`${of(project)}/insights/tests`)).body
      expect(tests).toMatchObject([{ test: { name: 'ships' }, count: 1 }])
      expect(await admin.begin(run, project)).toMatchObject({ status: 410, body: { title: 'run was deleted' } })
      expect((await admin.chunk(run.id, 0, ndjson([]))).status).toBe(410)
      const { entries } = (await admin.get(`${of(project)}/audit`)).body
      expect(entries[0]).toMatchObject({
        actor: 'environment',
        action: 'run deleted',
        project,
        subject: run.id,
        detail: { runs: 1, chunks: 2, executions: 2 },
      })
    })

    test("of a test's records in a run: what quotes them goes too, the rest stays", async () => {
      const { admin } = subject
      const failed = testLines('rejects', { status: 'failed', data: 'rejected-lamp' })
      const run = await admin.upload([[...testLines('ships'), ...failed]])
      const whole = await linesOf(run.id, 'ships')
      expect(JSON.stringify(await linesOf(run.id, 'rejects'))).toContain('rejected-lamp')

      const { id } = failed[0] as { id: string }
      const { body } = await admin.delete(`/v1/runs/${run.id}/tests/${id}/records`)
      expect(body.removed).toMatchObject({ executions: 1, lines: 3 })
      const left = await linesOf(run.id, 'rejects')
      expect(JSON.stringify(left)).not.toContain('rejected-lamp')
      expect(left.map(({ type }) => type)).toEqual(['test', 'task', 'event', 'check'])
      expect(left[0]).toMatchObject({ attempts: [{ errors: [{ name: 'AssertionError', message: '<deleted>' }] }] })
      expect(left[3]).toMatchObject({ verdict: 'failed', expected: null, message: null })
      expect(await linesOf(run.id, 'ships')).toEqual(whole)
      // Again is fine; an upload of the same chunk does not bring it back.
      expect((await admin.delete(`/v1/runs/${run.id}/tests/${id}/records`)).body.removed.lines).toBe(0)
      expect((await admin.delete(`/v1/runs/${run.id}/tests/none/records`)).status).toBe(404)
    })

    test("of a test's records in every run, and of a run's records", async () => {
      const { admin } = subject
      const project = subject.project()
      const runs = []
      for (const data of ['lamp-1', 'lamp-2']) {
        const outside: Line = {
          type: 'error',
          project: '',
          file: 'a.test.ts',
          suite: null,
          name: 'Error',
          message: data,
        }
        const rejects = [...testLines('rejects', { data }), outside]
        runs.push(await admin.upload([testLines('ships', { data }), rejects], runLine({ schema: 2 }), project))
      }
      const errors = async (run: string): Promise<Line[]> => (await admin.get(`/v1/runs/${run}/errors`)).body.lines
      expect(await errors(runs[0]!.id)).toMatchObject([{ type: 'error', file: 'a.test.ts', message: 'lamp-1' }])
      const { tests } = (await admin.get(`${of(project)}/insights/tests`)).body
      const ships = tests.find(({ test }: { test: { name: string } }) => test.name === 'ships').test.id

      const { body } = await admin.delete(`${of(project)}/tests/${ships}/records`)
      expect(body.removed).toMatchObject({ executions: 2, lines: 2 })
      for (const run of runs) {
        expect(JSON.stringify(await linesOf(run.id, 'ships'))).not.toContain('lamp')
        expect(JSON.stringify(await linesOf(run.id, 'rejects'))).toContain('lamp')
      }
      expect((await admin.delete(`/v1/runs/${runs[0]!.id}/records`)).body.removed).toMatchObject({ lines: 2 })
      expect(JSON.stringify(await linesOf(runs[0]!.id, 'rejects'))).not.toContain('lamp')
      expect(await errors(runs[0]!.id)).toMatchObject([{ message: '<deleted>' }])
      expect((await admin.get(`/v1/runs/${runs[0]!.id}`)).body.dataRemovedAt).toEqual(expect.any(Number))
    })

    test('of many tests at once: what one takes away no other brings back', async () => {
      const { admin } = subject
      const tests = Array.from({ length: 8 }, (_, index) => testLines(`test ${index}`, { data: `lamp-${index}` }))
      const run = await admin.upload([tests.flat()])
      const ids = tests.map(([line]) => (line as { id: string }).id)
      const answers = await Promise.all(ids.map((id) => admin.delete(`/v1/runs/${run.id}/tests/${id}/records`)))
      expect(answers.map(({ body }) => body.removed.lines)).toEqual(ids.map(() => 1))
      const left = await Promise.all(ids.map((id) => admin.get(`/v1/runs/${run.id}/tests/${id}/records`)))
      expect(left.map(({ body }) => body.lines)).toEqual(ids.map(() => []))
    })

    test('of the records of a run that is being uploaded is refused', async () => {
      const { admin } = subject
      const run = runLine()
      await admin.begin(run)
      await admin.chunk(run.id, 0, ndjson(testLines('ships')))
      expect(await admin.delete(`/v1/runs/${run.id}/records`)).toMatchObject({ status: 409 })
      const [{ test: of }] = (await admin.get(`/v1/runs/${run.id}/tests`)).body.tests
      const everywhere = await admin.delete(`/v1/projects/orders/tests/${of.id}/records`)
      expect(everywhere).toMatchObject({
        status: 409,
        body: { detail: expect.stringContaining(`${run.id} (running)`) },
      })
      expect((await admin.delete(`/v1/runs/${run.id}`)).status).toBe(200)
    })

    test('of a project: runs, figures and tokens are gone, the audit log says so', async () => {
      const { admin } = subject
      const project = subject.project()
      const run = await admin.upload([testLines('ships')], runLine(), project)
      expect((await admin.delete(of(project))).body.removed).toMatchObject({ runs: 1, chunks: 1, executions: 1 })
      expect((await admin.get(of(project))).status).toBe(404)
      expect((await admin.get(`/v1/runs/${run.id}`)).status).toBe(404)
      expect(await days(project)).toEqual([])
      expect((await admin.delete(of(project))).status).toBe(404)
      const { entries } = (await admin.get(`${of(project)}/audit`)).body
      expect(entries[0]).toMatchObject({ action: 'project deleted', project, detail: { runs: 1 } })
      expect((await admin.begin(run, project)).status).toBe(410)
    })

    test('of a project into which runs are coming leaves nothing of theirs', async () => {
      const { admin, store } = subject
      const project = subject.project()
      const lines = Array.from({ length: 50 }, (_, index) => testLines(`test ${index}`)).flat()
      const runs = Array.from({ length: 10 }, () => runLine())
      await Promise.all(runs.map((run) => admin.begin(run, project)))
      const puts = runs.map((run) => admin.chunk(run.id, 0, ndjson(lines)))
      const [{ status }, ...answers] = await Promise.all([admin.delete(of(project)), ...puts])
      expect(status).toBe(200)
      for (const answer of answers) expect([201, 410]).toContain(answer.status)

      const { database, bodies } = await openStore(store())
      for (const table of ['executions', 'segments', 'run_tasks', 'chunks']) {
        const left = await database.all(`SELECT * FROM ${table} WHERE run NOT IN (SELECT id FROM runs)`)
        expect(left, table).toEqual([])
      }
      const left = []
      for await (const { run } of bodies.orphans(Date.now() + DAY_MS)) left.push(run)
      expect(left.filter((id) => runs.some((run) => run.id === id))).toEqual([])
      await database.close()
    })

    test('by time: data first, then results, the daily figures last', async () => {
      const { admin, store } = subject
      const project = subject.project()
      const now = Date.now()
      const at = (daysAgo: number): ReturnType<typeof runLine> => runLine({ startedAt: now - daysAgo * DAY_MS })
      const young = await admin.upload([testLines('ships', { data: 'lamp' })], at(1), project)
      const older = await admin.upload([testLines('ships', { data: 'lamp' })], at(8), project)
      const oldest = await admin.upload([testLines('ships')], at(20), project)
      const ancient = await admin.upload([testLines('old')], at(40), project)
      const lost = at(9)
      await admin.begin(lost, project)
      const settings = (await admin.put(of(project), { keep: { data: 7, results: 14, figures: 30 } })).body.settings
      expect(settings).toEqual({ redact: [], keep: { data: 7, results: 14, figures: 30 } })
      expect((await admin.put(of(project), { keep: { data: 15 } })).status).toBe(422)

      await using _ = await testEndpoint({ ...store(), lostAfter: 0 })
      const expired = async (): Promise<string[]> => {
        const { entries } = (await admin.get(`${of(project)}/audit`)).body
        return entries.map(({ action }: { action: string }) => action)
      }
      await expect.poll(expired).toEqual(expect.arrayContaining(['data expired', 'results expired', 'figures expired']))
      expect(JSON.stringify(await linesOf(young.id, 'ships'))).toContain('lamp')
      expect(JSON.stringify(await linesOf(older.id, 'ships'))).not.toContain('lamp')
      for (const { id } of [oldest, ancient, lost]) expect((await admin.get(`/v1/runs/${id}`)).status).toBe(404)
      const from = new Date(now - 50 * DAY_MS).toISOString().slice(0, 10)
      const left = (await admin.get(`${of(project)}/insights/days?from=${from}`)).body.days
      expect(left).toMatchObject([{ runs: 1 }, { runs: 1 }, { runs: 1 }])
      const { tests } = (await admin.get(`${of(project)}/insights/tests?from=${from}`)).body
      expect(tests).toMatchObject([{ test: { name: 'ships' }, count: 3 }])
    })
  })
}
