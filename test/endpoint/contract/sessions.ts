import { describe, expect, test } from 'vitest'
import { openStore } from '../../../src/endpoint/store/open.ts'
import { createToken, revokeToken } from '../../../src/endpoint/tokens.ts'
import type { Answer } from '../support/client.ts'
import type { Subject } from './contract.ts'

export function describeSessions(subject: Subject): void {
  const signIn = async (token: string): Promise<string> => {
    const { admin } = subject
    const headers = { 'content-type': 'application/json', origin: admin.url }
    const answer = await admin.with(undefined).send('POST', '/v1/session', JSON.stringify({ token }), headers)
    expect(answer.status).toBe(200)
    return cookieOf(answer)
  }
  const ask = (cookie: string): Promise<Answer> =>
    subject.admin.with(undefined).send('GET', '/v1/session', null, { cookie })

  describe('sessions', () => {
    test('get another secret every now and then, and end with their time or their token', async () => {
      const { database } = await openStore(subject.store())
      const wanted = { name: 'a reader', scope: 'read', project: subject.project(), expiresAt: null } as const
      const { token, secret } = await createToken(database, 'test', wanted)
      const change = (what: string): Promise<number> =>
        database.transaction((sql) => sql.run(`UPDATE sessions SET ${what}`))
      const cookie = await signIn(secret)
      await change('renewed_at = renewed_at - 3600000')
      const answers = await Promise.all([ask(cookie), ask(cookie), ask(cookie)])
      expect(answers.map(({ status }) => status)).toEqual([200, 200, 200])
      const [renewed, ...more] = answers.map(cookieOf).filter((one) => one !== '')
      expect(more).toEqual([])
      expect(renewed).not.toBe(cookie)
      expect((await ask(renewed!)).status).toBe(200)
      // Requests that were under way with the one before are still answered.
      expect((await ask(cookie)).status).toBe(200)
      await change('previous_until = 0')
      expect((await ask(cookie)).status).toBe(401)
      expect((await ask(renewed!)).status).toBe(200)
      await change('expires_at = 1')
      expect((await ask(renewed!)).status).toBe(401)
      const another = await signIn(secret)
      await revokeToken(database, 'test', token.id)
      expect((await ask(another)).status).toBe(401)
      expect(JSON.stringify(await database.all('SELECT * FROM sessions'))).not.toMatch(/kt[ks]_/)
      await database.close()
    })
  })
}

function cookieOf({ headers }: Answer): string {
  return headers.get('set-cookie')?.split(';')[0] ?? ''
}
