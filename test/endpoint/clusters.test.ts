import { expect, test } from 'vitest'
import { clusterLine } from '../browser/support/sample.ts'
import { temporaryFolder, testEndpoint } from './support/endpoint.ts'
import { runLine, testLines } from './support/run.ts'

const day = 24 * 60 * 60 * 1000

test('the clusters of a project: what ran where, when they were last seen, and when they answered', async () => {
  using folder = temporaryFolder()
  await using endpoint = await testEndpoint({ folder: folder.path })
  const { admin } = endpoint
  const [oldest, older, newest] = [3, 2, 1].map((ago) => runLine({ startedAt: Date.now() - ago * day }))
  const answered = (version: string) => ({ answer: { ...clusterLine().answer!, version } })
  const begun = clusterLine({ answer: null, topics: [], moreTopics: 0 })
  await admin.upload([[begun, ...testLines('a'), clusterLine(answered('4.0'))]], oldest!)
  await admin.upload([[begun], [...testLines('a'), clusterLine(answered('4.1'))]], older!)
  const silent = clusterLine({ answer: null, problem: 'it did not answer within 4000 ms' })
  const embedded = clusterLine({ kind: 'embedded', environment: null, brokers: [], mechanism: null, answer: null })
  await admin.upload([[silent, embedded, ...testLines('a')]], newest!)

  const { body } = await admin.get('/v1/projects/orders/clusters')
  expect(body.clusters).toMatchObject([
    {
      cluster: { environment: 'staging', problem: silent.problem, answer: { version: '4.1' } },
      runs: 3,
      firstSeen: oldest!.startedAt,
      lastSeen: newest!.startedAt,
      lastRun: newest!.id,
      answeredAt: older!.startedAt,
      versions: [
        { version: '4.1', lastSeen: older!.startedAt },
        { version: '4.0', lastSeen: oldest!.startedAt },
      ],
    },
    { cluster: { kind: 'embedded' }, runs: 1, answeredAt: null, versions: [] },
  ])
  // What came in two chunks is one cluster.
  const run = await admin.get(`/v1/runs/${older!.id}`)
  expect(run.body.clusters).toEqual([clusterLine(answered('4.1'))])
})
