import { availableParallelism } from 'node:os'
import { basename } from 'node:path'
import { defineConfig } from 'vitest/config'
import { BaseSequencer, type TestSpecification } from 'vitest/node'

/** Their tests start processes or read the built package: runners over projects, the command line, servers. */
const processes = 'test/**/*.process.test.ts'

/** The longest first, so that none of them is left over for one worker at the end. */
const longest = [
  ...['strict', 'init-runs', 'canaries', 'contract', 'runner', 'outside', 'runs', 'upload'].map(
    (name) => `${name}.process`,
  ),
  'upload-faults',
]

class LongestFirst extends BaseSequencer {
  override async sort(files: TestSpecification[]): Promise<TestSpecification[]> {
    return (await super.sort(files)).sort((a, b) => rank(a) - rank(b))
  }
}

function rank({ moduleId }: TestSpecification): number {
  const name = basename(moduleId, '.test.ts')
  const at = longest.indexOf(name)
  if (at !== -1) return at
  return longest.length + (name.endsWith('.process') ? 0 : 1)
}

export default defineConfig({
  test: {
    exclude: [
      'test/browser/**',
      'test/clients/**',
      'test/contract/**',
      'test/real-kafka/**',
      'test/package/**',
      'test/postgres/**',
      'test/vitest/project/**',
      'test/jest/transforms/**',
      '**/node_modules/**',
    ],
    // Most workers wait, for a process or for a broker's time.
    maxWorkers: availableParallelism() + 1,
    // A worker loads the product once, not for each file: half of the fast tests' time.
    isolate: false,
    sequence: { sequencer: LongestFirst },
    // Many tests start a runner or a server: an upper bound for a machine that is busy, not what they take.
    testTimeout: 60_000,
    expect: { poll: { timeout: 15_000 } },
    hookTimeout: 120_000,
    projects: [
      {
        extends: true,
        test: {
          name: 'fast',
          include: ['test/**/*.test.ts'],
          exclude: [processes],
          setupFiles: ['test/support/no-processes.ts'],
        },
      },
      { extends: true, test: { name: 'process', include: [processes] } },
    ],
  },
})
