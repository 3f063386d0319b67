import { describe, expect, test } from 'vitest'
import type { Answer } from '../support/client.ts'
import { runLine, testLines } from '../support/run.ts'
import type { Subject } from './contract.ts'

const DAY_MS = 24 * 60 * 60 * 1000
const day = (time: number): string => new Date(time).toISOString().slice(0, 10)

export function describeFigures(subject: Subject): void {
  const insights = (project: string, what: string): Promise<Answer> =>
    subject.admin.get(`/v1/projects/${encodeURIComponent(project)}/insights/${what}`)

  describe('insights', () => {
    test('by day, by test and by task, of complete runs only', async () => {
      const { admin } = subject
      const project = subject.project()
      const now = Date.now()
      const yesterday = runLine({ startedAt: now - DAY_MS })
      await admin.upload(
        [testLines('ships', { duration: 10 }), testLines('rejects', { duration: 30 })],
        yesterday,
        project,
      )
      const failing = [testLines('ships', { duration: 20 }), testLines('rejects', { duration: 50, status: 'failed' })]
      await admin.upload(failing, runLine({ startedAt: now }), project)
      await admin.upload([testLines('ships', { duration: 10 })], runLine({ startedAt: now }), project)
      const open = runLine()
      await admin.begin(open, project)

      expect((await insights(project, 'days')).body.days).toEqual([
        {
          day: day(now - DAY_MS),
          runs: 1,
          failedRuns: 0,
          tests: 2,
          passed: 2,
          failed: 0,
          skipped: 0,
          flaky: 0,
          duration: 1000,
          recordsProduced: 1,
          recordsReceived: 1,
          median: 1000,
          p95: 1000,
        },
        {
          day: day(now),
          runs: 2,
          failedRuns: 1,
          tests: 3,
          passed: 2,
          failed: 1,
          skipped: 0,
          flaky: 0,
          duration: 2000,
          recordsProduced: 2,
          recordsReceived: 2,
          median: 1000,
          p95: 1000,
        },
      ])
      const file = 'test/orders.test.ts'
      const id = expect.stringMatching(/^[\w-]{16}$/)
      const rejects = {
        test: { id, file, name: 'rejects' },
        count: 2,
        passed: 1,
        failed: 1,
        skipped: 0,
        flaky: 0,
        duration: 80,
      }
      const ships = {
        test: { id, file, name: 'ships' },
        count: 3,
        passed: 3,
        failed: 0,
        skipped: 0,
        flaky: 0,
        duration: 40,
      }
      expect((await insights(project, 'tests')).body.tests).toEqual([rejects, ships])
      expect((await insights(project, 'tests?order=count&limit=1')).body.tests).toEqual([ships])
      expect((await insights(project, `tests?to=${day(now - DAY_MS)}&order=slow`)).body.tests).toMatchObject([
        { test: { name: 'rejects' }, count: 1, duration: 30 },
        { test: { name: 'ships' }, count: 1, duration: 10 },
      ])
      expect((await insights(project, `days?from=${day(now)}`)).body.days).toHaveLength(1)
      expect((await insights(project, 'tasks')).body.tasks).toEqual([
        { kind: 'produce', topic: 'orders', count: 5, failed: 0, records: 5, bytes: 100, duration: 10 },
      ])
    })

    test('by week and month, of a branch and an environment', async () => {
      const { admin } = subject
      const project = subject.project()
      // A Sunday and the Monday after it, in one month, and the next month's first day.
      const [sunday, monday, next] = ['2026-03-15', '2026-03-16', '2026-04-01'].map((date) => Date.parse(date))
      const upload = (startedAt: number, changes: object, ...durations: number[]): Promise<unknown> =>
        admin.upload(
          durations.map((duration) => testLines('ships', { duration, startedAt })),
          runLine({ startedAt, ...changes }),
          project,
        )
      await upload(sunday!, { branch: 'fix', environment: 'ci' }, 10)
      await upload(monday!, { environment: 'ci' }, 20, 30, 40)
      await upload(next!, {}, 50)
      const range = 'from=2026-03-01&to=2026-04-30'
      const days = async (what: string, query: string): Promise<object[]> =>
        (await insights(project, `${what}?${range}${query}`)).body.days

      expect(await days('days', '&by=week')).toMatchObject([
        { day: '2026-03-09', runs: 1, tests: 1 },
        { day: '2026-03-16', runs: 1, tests: 3 },
        { day: '2026-03-30', runs: 1, tests: 1 },
      ])
      expect(await days('days', '&by=month')).toMatchObject([
        { day: '2026-03-01', runs: 2, tests: 4, duration: 2000, recordsProduced: 2 },
        { day: '2026-04-01', runs: 1 },
      ])
      expect(await days('days', '&branch=fix')).toMatchObject([{ day: '2026-03-15', runs: 1, tests: 1, passed: 1 }])
      expect(await days('days', '&environment=ci&by=month')).toMatchObject([{ runs: 2, tests: 4 }])
      expect(await days('days', '&branch=main&environment=ci')).toMatchObject([{ day: '2026-03-16', tests: 3 }])
      expect(await days('days', '&branch=none')).toEqual([])

      const tests = (query: string): Promise<Answer> => insights(project, `tests?${range}${query}`)
      const [ships] = (await tests('')).body.tests
      expect(ships).toMatchObject({ count: 5, duration: 150 })
      expect((await tests('&branch=main')).body.tests).toEqual([{ ...ships, count: 4, passed: 4, duration: 140 }])
      const path = `/v1/projects/${encodeURIComponent(project)}/tests/${ships.test.id}?${range}`
      expect((await admin.get(`${path}&by=month`)).body.days).toMatchObject([
        { day: '2026-03-01', count: 4, duration: 100, median: 30, p95: 40 },
        { day: '2026-04-01', count: 1, median: 50 },
      ])
      const { body } = await admin.get(`${path}&branch=fix`)
      expect(body.days).toMatchObject([{ day: '2026-03-15', count: 1, median: 10 }])
      expect(body.executions).toMatchObject([{ duration: 10 }])

      expect((await insights(project, `tasks?${range}&branch=fix`)).body.tasks).toMatchObject([{ count: 1 }])
      const ofTask = await days('tasks/days', '&kind=produce&topic=orders&by=month')
      expect(ofTask).toMatchObject([
        { day: '2026-03-01', count: 4, records: 4, duration: 8 },
        { day: '2026-04-01', count: 1 },
      ])
      // As they are kept: within 5 % of the 2 ms that each took.
      expect(ofTask).toMatchObject([{ median: expect.closeTo(2, 1), p95: expect.closeTo(2, 1) }, {}])
      expect(await days('tasks/days', '&kind=receive')).toEqual([])
      expect((await insights(project, `days?by=hour`)).status).toBe(400)
    })

    test('of one test from run to run', async () => {
      const { admin } = subject
      const project = subject.project()
      const now = Date.now()
      const lines = testLines('ships', { startedAt: now - DAY_MS, duration: 10 })
      const old = await admin.upload([lines], runLine({ startedAt: now - DAY_MS }), project)
      const failed = testLines('ships', { status: 'failed', startedAt: now, duration: 30 })
      const young = await admin.upload([failed], runLine({ startedAt: now }), project)
      const { id } = (await insights(project, 'tests')).body.tests[0].test

      const path = `/v1/projects/${encodeURIComponent(project)}/tests/${id}`
      const { body } = await admin.get(path)
      expect(body.test).toEqual({ id, file: 'test/orders.test.ts', name: 'ships' })
      expect(body.days).toMatchObject([
        { day: day(now - DAY_MS), count: 1, passed: 1, duration: 10 },
        { day: day(now), count: 1, failed: 1, duration: 30 },
      ])
      expect(body.executions).toMatchObject([
        { run: young.id, status: 'failed', duration: 30 },
        { run: old.id, status: 'passed', duration: 10 },
      ])
      expect((await admin.get(`${path}?limit=1`)).body.executions).toHaveLength(1)
      expect((await admin.get(`/v1/projects/other/tests/${id}`)).status).toBe(404)
    })
  })
}
