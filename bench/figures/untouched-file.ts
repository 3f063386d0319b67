import type { Outcome } from '../support/figure.ts'
import { interleave, median } from '../support/statistics.ts'
import { benchProject, config, fileTime, runTests, withPlugin } from '../support/vitest.ts'

const fileCount = 20
const testFile = `import { expect, test } from 'vitest'
test.for([1, 2, 3, 4, 5])('%i is a number', (value) => {
  expect(value).toBeTypeOf('number')
})
`

/** What Vitest takes for a set-up file that does nothing: less than that no plugin can cost which has one. */
const withEmptySetUp = config('', "{ name: 'empty', config: () => ({ test: { setupFiles: ['./set-up.js'] } }) }")

/** What the plugin costs a test file that doesn't use it. */
export default async function untouchedFile(): Promise<Outcome[]> {
  const files = Object.fromEntries(Array.from({ length: fileCount }, (_, index) => [`file-${index}.test.ts`, testFile]))
  using project = benchProject({
    ...files,
    'set-up.js': 'export {}',
    'none.config.ts': config('', ''),
    'empty.config.ts': withEmptySetUp,
    'plugin.config.ts': withPlugin,
  })
  const runs = await interleave(
    {
      none: () => runTests(project, 'none.config.ts'),
      empty: () => runTests(project, 'empty.config.ts'),
      plugin: () => runTests(project, 'plugin.config.ts'),
    },
    { rounds: 7, warmUp: 1 },
  )
  const perFile = (name: keyof typeof runs) => median(runs[name].flatMap(({ files }) => files.map(fileTime)))
  const wall = (name: keyof typeof runs) => median(runs[name].map((run) => run.wall))
  return [
    {
      name: 'a test file that uses no Kafka, with the plugin against without',
      measured: perFile('plugin') - perFile('none'),
      unit: 'ms',
      goal: { atMost: 4 },
      details: {
        'with ms': perFile('plugin'),
        'without ms': perFile('none'),
        'an empty set-up file, ms more': perFile('empty') - perFile('none'),
        [`whole run of ${fileCount} files, ms more a file`]: (wall('plugin') - wall('none')) / fileCount,
      },
    },
  ]
}
