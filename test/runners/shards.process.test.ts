import { describe, expect, test } from 'vitest'
import { importStores } from '../../src/history/import.ts'
import { Store } from '../../src/history/store.ts'
import { createJestProject, runJest } from '../support/jest.ts'
import { createProject, type ProjectFolder, type RunnerResult, runVitest } from '../support/project.ts'

// A shard in which no test touches Kafka is a part of the run all the same.

const build = { CI: 'true', GITHUB_ACTIONS: 'true', GITHUB_RUN_ID: '77', GITHUB_JOB: 'test', GITHUB_REPOSITORY: 'a/b' }
const withKafka = `test('with Kafka', async () => {
  await kafka.topic('t').produce({ value: 1 })
  await expect(kafka.topic('t')).toReceiveRecord({ value: 1 })
})`
const without = "test('without', () => expect(1).toBe(1))"

const runners: Record<string, () => { project: ProjectFolder; run: (shard: string) => Promise<RunnerResult> }> = {}
for (const version of [4, 5] as const) {
  runners[`Vitest ${version}`] = () => {
    const project = createProject(version, {
      'vitest.config.js': `import kafka from 'kafka-testkit/vitest/config'
export default { plugins: [kafka()] }`,
      'f1.test.js': `import { expect, kafka, test } from 'kafka-testkit/vitest'\n${withKafka}`,
      'f2.test.js': `import { expect, test } from 'vitest'\n${without}`,
    })
    return { project, run: (shard) => runVitest(project, [`--shard=${shard}`], build) }
  }
}
for (const version of [29, 30] as const) {
  runners[`Jest ${version}`] = () => {
    const project = createJestProject(version, {
      'jest.config.js': `module.exports = { preset: 'kafka-testkit', transform: {} }`,
      'f1.test.js': `const { kafka } = require('kafka-testkit/jest')\n${withKafka}`,
      'f2.test.js': without,
    })
    return { project, run: (shard) => runJest(project, [`--shard=${shard}`], build) }
  }
}

describe.each(Object.keys(runners))('%s', (name) => {
  test('shards of which one has no Kafka test become one run', async () => {
    const { project, run } = runners[name]!()
    using _ = project
    const shards = [await run('1/2'), await run('2/2')]
    for (const { lines, output } of shards) {
      expect(lines.at(-1), output).toMatchObject({ type: 'end', status: 'passed', totals: { tests: 1 } })
    }
    const store = new Store(project.folder)
    const { merged, incomplete } = importStores(store, [])
    expect({ merged, incomplete }).toMatchObject({ merged: [{ shards: 2 }], incomplete: [] })
    const { lines } = store.read(merged[0]!.id)
    expect(lines[0]).toMatchObject({ type: 'run', shard: null })
    expect(lines.at(-1)).toMatchObject({ totals: { tests: 2, passed: 2, withKafka: 1 } })
  })
})
