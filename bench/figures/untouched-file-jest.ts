import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { createJestProject, type JestProject } from '../../test/support/jest.ts'
import { run } from '../../test/support/project.ts'
import type { Outcome } from '../support/figure.ts'
import { interleave, median } from '../support/statistics.ts'

const fileCount = 20
const testFile = `test.each([1, 2, 3, 4, 5])('%i is a number', (value) => {
  expect(typeof value).toBe('number')
})
`

/** Milliseconds from when Jest begins with a file until it has its results. */
const timesReporter = `const { writeFileSync } = require('node:fs')
module.exports = class {
  times = []
  onTestFileStart() {
    this.begun = performance.now()
  }
  onTestFileResult() {
    this.times.push(performance.now() - this.begun)
  }
  onRunComplete() {
    writeFileSync('times.json', JSON.stringify(this.times))
  }
}
`

const config = (preset: string, reporters: string): string =>
  `module.exports = { ${preset} transform: {}, testMatch: ['**/*.test.js'], reporters: [${reporters}'./times.js'] }\n`

/** What the preset costs a test file of Jest that doesn't use it. */
export default async function untouchedFileOfJest(): Promise<Outcome[]> {
  const files = Object.fromEntries(Array.from({ length: fileCount }, (_, index) => [`file-${index}.test.js`, testFile]))
  using project = createJestProject(30, {
    ...files,
    'times.js': timesReporter,
    'none.config.js': config('', ''),
    'preset.config.js': config("preset: 'kafka-testkit',", "'kafka-testkit/jest/reporter', "),
  })
  const runs = await interleave(
    { none: () => runTests(project, 'none.config.js'), preset: () => runTests(project, 'preset.config.js') },
    { rounds: 7, warmUp: 1 },
  )
  const perFile = (name: keyof typeof runs) => median(runs[name].flatMap(({ files }) => files))
  const wall = (name: keyof typeof runs) => median(runs[name].map((one) => one.wall))
  return [
    {
      name: 'a test file of Jest that uses no Kafka, with the preset against without',
      measured: perFile('preset') - perFile('none'),
      unit: 'ms',
      goal: { atMost: 10 },
      details: {
        'with ms': perFile('preset'),
        'without ms': perFile('none'),
        [`whole run of ${fileCount} files, ms more a file`]: (wall('preset') - wall('none')) / fileCount,
      },
    },
  ]
}

/** One file after the other, so that nothing competes with what is measured. */
async function runTests(project: JestProject, configFile: string): Promise<{ wall: number; files: number[] }> {
  const begun = performance.now()
  const finished = await run(project, ['node_modules/jest/bin/jest.js', '--runInBand', '--config', configFile])
  const wall = performance.now() - begun
  if (finished.exitCode !== 0) throw new Error(`the measured tests failed:\n${finished.output}`)
  return { wall, files: JSON.parse(readFileSync(join(project.folder, 'times.json'), 'utf8')) as number[] }
}
