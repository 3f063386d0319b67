import type { App, Endpoint } from '../app.ts'
import { Problem } from '../problem.ts'

/** Without a token: for what watches the process. Nothing of a project is in them. */
export function addHealthRoutes(app: App, { database, metrics }: Endpoint): void {
  app.get('/health', (context) => context.json({ status: 'ok' }))

  app.get('/ready', async (context) => {
    try {
      await database.all('SELECT version FROM schema_version')
    } catch {
      throw new Problem(503, 'not ready', 'the database does not answer', { headers: { 'retry-after': '5' } })
    }
    return context.json({ status: 'ready' })
  })

  app.get('/metrics', (context) =>
    context.body(metrics.toText(), 200, { 'content-type': 'text/plain; version=0.0.4; charset=utf-8' }),
  )
}
