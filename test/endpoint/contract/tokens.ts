import { describe, expect, test } from 'vitest'
import { openStore, type Store } from '../../../src/endpoint/store/open.ts'
import { createToken, type NewToken, revokeToken, rotateToken } from '../../../src/endpoint/tokens.ts'
import { runLine, testLines } from '../support/run.ts'
import type { Subject } from './contract.ts'

const HOUR_MS = 60 * 60 * 1000

export function describeTokens(subject: Subject): void {
  /** Makes tokens as the command line does, beside the endpoint that runs. */
  async function withStore<Result>(work: (store: Store) => Promise<Result>): Promise<Result> {
    const store = await openStore(subject.store())
    try {
      return await work(store)
    } finally {
      await store.database.close()
    }
  }
  const create = (token: Partial<NewToken>): Promise<{ token: { id: string }; secret: string }> =>
    withStore(({ database }) =>
      createToken(database, 'test', { name: 'a token', scope: 'read', project: null, expiresAt: null, ...token }),
    )

  describe('tokens', () => {
    test('do what their scope says, to their project only', async () => {
      const { admin } = subject
      const project = subject.project()
      const path = `/v1/projects/${encodeURIComponent(project)}`
      const writer = admin.with((await create({ scope: 'write', project })).secret)
      const reader = admin.with((await create({ scope: 'read', project })).secret)
      const owner = admin.with((await create({ scope: 'admin', project })).secret)

      const run = await writer.upload([testLines('ships')], runLine(), project)
      expect((await writer.get(`/v1/runs/${run.id}`)).body).toMatchObject({ status: 403, title: 'scope differs' })
      expect((await writer.begin(runLine(), 'other')).body).toMatchObject({ status: 403, title: 'project differs' })
      expect((await reader.get(`/v1/runs/${run.id}`)).status).toBe(200)
      expect((await reader.begin(runLine(), project)).status).toBe(403)
      expect((await reader.delete(`/v1/runs/${run.id}`)).status).toBe(403)
      expect((await reader.get('/v1/projects')).body.projects).toMatchObject([{ name: project }])
      expect((await reader.get(`${path}/audit`)).status).toBe(403)
      expect((await owner.get('/v1/audit')).status).toBe(403)
      expect((await owner.get('/v1/projects/other')).status).toBe(403)
      expect((await owner.put(path, { redact: [] })).status).toBe(200)
      expect((await owner.delete(`/v1/runs/${run.id}`)).status).toBe(200)
      const others = await admin.upload([testLines('ships')], runLine(), 'other')
      for (const part of ['', '/tests', '/chunks']) {
        expect((await owner.get(`/v1/runs/${others.id}${part}`)).status).toBe(403)
      }
    })

    test('none, an unknown, an expired and a revoked one are not let in', async () => {
      const { admin } = subject
      const expired = await create({ expiresAt: Date.now() - 1 })
      const revoked = await create({})
      expect((await admin.with(revoked.secret).get('/v1/projects')).status).toBe(200)
      await withStore(({ database }) => revokeToken(database, 'test', revoked.token.id))
      for (const secret of [undefined, 'ktk_unknown', expired.secret, revoked.secret]) {
        const answer = await admin.with(secret).get('/v1/projects')
        expect(answer).toMatchObject({ status: 401, body: { title: 'token wanted' } })
        expect(answer.headers.get('www-authenticate')).toBe('Bearer')
      }
    })

    test('are rotated, at once or with an overlap', async () => {
      const { admin } = subject
      const { token, secret } = await create({})
      const status = async (of: string): Promise<number> => (await admin.with(of).get('/v1/projects')).status
      const rotate = (overlap: number): Promise<string> =>
        withStore(async ({ database }) => (await rotateToken(database, 'test', token.id, overlap)).secret)

      const second = await rotate(HOUR_MS)
      expect([await status(secret), await status(second)]).toEqual([200, 200])
      const third = await rotate(0)
      expect([await status(secret), await status(second), await status(third)]).toEqual([401, 401, 200])
    })

    test('are stored as a hash only, and audited', async () => {
      const { admin } = subject
      const project = subject.project()
      const { token, secret } = await create({ project })
      const rows = await withStore(({ database }) => database.all('SELECT * FROM tokens'))
      expect(JSON.stringify(rows)).toContain(token.id)
      expect(JSON.stringify(rows)).not.toContain(secret.slice(4, 20))
      const { entries } = (await admin.get(`/v1/projects/${encodeURIComponent(project)}/audit`)).body
      expect(entries).toMatchObject([
        { action: 'token created', subject: token.id, detail: { name: 'a token', scope: 'read' } },
        { action: 'project created' },
      ])
    })
  })
}
