import { cpSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import type { Line } from '../../src/run/model.ts'
import { createFolder, kafkaTestkit } from '../support/cli.ts'
import { createProject, runVitest } from '../support/project.ts'

test('the shards of CI jobs are one run when all of them are imported, however often', {
  timeout: 100_000,
}, async () => {
  using folder = createFolder({})
  const cli = (...args: string[]) => kafkaTestkit(folder.path, args)
  using shards = createProject(5, {
    'vitest.config.ts':
      "import kafka from 'kafka-testkit/vitest/config'\nimport { defineConfig } from 'vitest/config'\nexport default defineConfig({ plugins: [kafka({ project: 'shop' })] })\n",
    ...Object.fromEntries(['one', 'two', 'three'].map((name) => [`${name}.test.ts`, shardTest(name)])),
  })
  const ci = { GITHUB_ACTIONS: 'true', GITHUB_RUN_ID: '77', GITHUB_JOB: 'test', GITHUB_SHA: 'c0ffee', CI: 'true' }
  const ids: string[] = []
  for (const shard of [1, 2, 3]) {
    const { lines, output } = await runVitest(shards, [`--shard=${shard}/3`], ci)
    if (lines[0]?.type !== 'run') throw new Error(`nothing is stored:\n${output}`)
    ids.push(lines[0].id)
    const artifact = join(folder.path, `artifacts/shard-${shard}`)
    cpSync(join(shards.folder, '.kafka-testkit'), artifact, { recursive: true })
    await kafkaTestkit(shards.folder, ['history', 'delete', 'latest'])
  }

  const some = await cli('history', 'import', 'artifacts/shard-1', 'artifacts/shard-3')
  expect(some.output).toContain('Imported 2 runs\nNot merged: of 3 shards there are 1, 3 ')
  const rest = await cli('history', 'import', 'artifacts')
  expect(rest.output).toBe(`Imported 1 run\n${ids[0]}  made of its 3 shards\n`)
  expect(await cli('history', 'import', 'artifacts')).toMatchObject({ output: 'Nothing new\n' })

  expect(JSON.parse((await cli('history', '--json')).output)).toMatchObject([{ id: ids[0] }])
  const { output } = await cli('history', 'show', 'latest', '--json')
  const lines = JSON.parse(output) as Line[]
  expect(lines[0]).toMatchObject({ type: 'run', shard: null, ci: { build: '77' } })
  expect(
    lines
      .filter((line) => line.type === 'test')
      .map(({ name }) => name)
      .sort(),
  ).toEqual(['one', 'three', 'two'])
  expect(lines.at(-1)).toMatchObject({
    type: 'end',
    status: 'passed',
    totals: { tests: 3, passed: 3, withKafka: 3 },
    metrics: { recordsProduced: 3, produceToAck: { count: 3 } },
  })
  expect(await cli('history', 'verify')).toMatchObject({ exitCode: 0 })
})

function shardTest(name: string): string {
  return `import { test } from 'kafka-testkit/vitest'
test('${name}', async ({ kafka }) => { await kafka.topic('orders').produce({ key: 'o-1', value: 1 }) })
`
}
