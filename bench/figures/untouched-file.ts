import type { Outcome } from '../support/figure.ts'
import { interleave, median } from '../support/statistics.ts'
import { benchProject, config, fileTime, runTests, withPlugin } from '../support/vitest.ts'

const fileCount = 20
const testFile = `import { expect, test } from 'vitest'
test.for([1, 2, 3, 4, 5])('%i is a number', (value) => {
  expect(value).toBeTypeOf('number')
})
`

/** What the plugin costs a test file that doesn't use it. */
export default async function untouchedFile(): Promise<Outcome[]> {
  const files = Object.fromEntries(Array.from({ length: fileCount }, (_, index) => [`file-${index}.test.ts`, testFile]))
  using project = benchProject({ ...files, 'none.config.ts': config('', ''), 'plugin.config.ts': withPlugin })
  const runs = await interleave(
    { none: () => runTests(project, 'none.config.ts'), plugin: () => runTests(project, 'plugin.config.ts') },
    { rounds: 7, warmUp: 1 },
  )
  const perFile = (name: keyof typeof runs) => median(runs[name].flatMap(({ files }) => files.map(fileTime)))
  const wall = (name: keyof typeof runs) => median(runs[name].map((run) => run.wall))
  return [
    {
      name: 'a test file that uses no Kafka, with the plugin against without',
      measured: perFile('plugin') - perFile('none'),
      unit: 'ms',
      goal: { atMost: 5 },
      details: {
        'with ms': perFile('plugin'),
        'without ms': perFile('none'),
        [`whole run of ${fileCount} files, ms more a file`]: (wall('plugin') - wall('none')) / fileCount,
      },
    },
  ]
}
