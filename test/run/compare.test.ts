import { expect, test } from 'vitest'
import { compareRuns } from '../../src/run/compare.ts'
import type { ErrorLine, Line } from '../../src/run/model.ts'
import { endLine, runLine } from '../endpoint/support/run.ts'

function runOf(...errors: readonly Partial<ErrorLine>[]): Line[] {
  const none = { type: 'error' as const, project: '', file: 'a.test.ts', suite: null, name: 'Error', message: 'no' }
  return [runLine({ schema: 2 }), ...errors.map((error) => ({ ...none, ...error })), endLine([])]
}

test('what fails outside of tests is new, still there, or mended', () => {
  const before = runOf({ suite: 'mended' }, { suite: 'stays' })
  const after = runOf({ suite: 'stays' }, { suite: 'new' }, { file: null })
  expect(compareRuns(before, after)).toMatchObject({
    mended: [{ file: 'a.test.ts', name: 'mended > (outside of its tests)', before: { status: 'error' }, after: null }],
    stillFailing: [{ name: 'stays > (outside of its tests)' }],
    newFailures: [
      { name: 'new > (outside of its tests)', before: null, after: { status: 'error' } },
      { file: null, name: '(outside of its tests)' },
    ],
    removed: [],
  })
})
