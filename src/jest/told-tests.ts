import type { Test, TestCaseResult } from '@jest/reporters'

/**
 * What was told of the tests of files that run. Jest tells of a test with the path of its file, and with the first of all
 * projects: where several run the same file at once, nobody knows whose test it is, and nothing is kept.
 */
export class ToldTests {
  /** By path, then by project. */
  readonly #files: Map<string, Map<string, TestCaseResult[]>> = new Map()

  begin({ path, context }: Test): void {
    const projects = this.#files.get(path) ?? new Map<string, TestCaseResult[]>()
    this.#files.set(path, projects.set(context.config.id, []))
  }

  /** A test that is tried again takes the place of its attempt before. */
  add({ path }: Test, result: TestCaseResult): void {
    const [tests, ...others] = this.#files.get(path)?.values() ?? []
    if (tests === undefined || others.length > 0) return
    const before = tests.findIndex((one) => one.fullName === result.fullName && isNext(one, result))
    if (before < 0) tests.push(result)
    else tests[before] = result
  }

  /** The tests of a file that has ended, in the order in which they did. */
  end({ path, context }: Test): TestCaseResult[] {
    const projects = this.#files.get(path)
    const tests = projects?.get(context.config.id) ?? []
    projects?.delete(context.config.id)
    return tests
  }
}

function isNext(before: TestCaseResult, after: TestCaseResult): boolean {
  return (after.invocations ?? 1) === (before.invocations ?? 1) + 1
}
