import { AsyncLocalStorage } from 'node:async_hooks'
import type { Circus } from '@jest/types'
import type { OpenScope, Scope } from '../kafka/scope.ts'
import type { TestFile } from '../kafka/test-file.ts'
import { unawaited } from '../matchers/awaited.ts'
import { isOn } from '../redaction/redaction.ts'
import { scrubErrors, warnOfTitle } from '../redaction/scrub.ts'
import type { Told } from '../run/recorder.ts'
import { thrownText } from './error-text.ts'
import { testIds } from './test-ids.ts'

type Test = Circus.TestEntry

/** Tells a test file of the attempts of its tests, as Jest's runner tells of them to the environment. */
export class Attempts {
  readonly #file: TestFile
  readonly #ids: (name: string) => string
  readonly #tests: Map<Test, string> = new Map()
  readonly #begun: Set<Test> = new Set()
  readonly #open: Map<Test, OpenScope> = new Map()
  /** Which concurrent test runs. */
  readonly #concurrent: AsyncLocalStorage<Test> = new AsyncLocalStorage()

  constructor(file: TestFile, projectId: string) {
    this.#file = file
    this.#ids = testIds(projectId, file.path)
  }

  /** The scope of the test that runs. */
  currentScope(): Scope {
    const test = this.#concurrent.getStore()
    return test === undefined ? this.#file.currentScope() : this.#file.scopeOf(this.#idOf(test))
  }

  async handle(event: Circus.Event, state: Circus.State): Promise<void> {
    if (event.name === 'run_start') this.#prepare(state)
    else if (event.name === 'test_start') await this.#begin(event.test, state)
    else if (event.name === 'hook_start') this.#times(state.currentlyRunningTest, event.hook.timeout, state)
    else if (event.name === 'test_fn_start') this.#times(event.test, event.test.timeout, state)
    else if (['test_skip', 'test_todo', 'test_done'].includes(event.name))
      await this.#end((event as { test: Test }).test)
  }

  #prepare(state: Circus.State): void {
    for (const test of testsOf(state.rootDescribeBlock)) {
      this.#tests.set(test, this.#ids(nameOf(test)))
      const { fn } = test
      if (!test.concurrent || typeof fn !== 'function' || isGenerator(fn)) continue
      // Jest 29 calls it before it says that the test starts.
      const run = (...args: unknown[]): unknown => {
        const body = (): unknown => this.#concurrent.run(test, () => Reflect.apply(fn, undefined, args))
        const begun = this.#begin(test, state)
        return begun === undefined ? body() : begun.then(body)
      }
      // Jest asks by its length whether it takes a callback.
      test.fn = Object.defineProperty(run, 'length', { value: fn.length }) as typeof fn
    }
  }

  /** On the embedded cluster of the file it has begun when this returns, on another one when the promise resolves. */
  #begin(test: Test, { testTimeout }: Circus.State): Promise<void> | undefined {
    if (this.#begun.has(test)) return undefined
    this.#begun.add(test)
    const attempt = Math.max(0, test.invocations - 1)
    const timeout = test.timeout ?? testTimeout
    const opening = this.#file.begin({ id: this.#idOf(test), name: nameOf(test), attempt, timeout })
    const begin = (opened: OpenScope): Promise<void> | undefined => {
      this.#open.set(test, opened)
      const { cluster, began } = opened.scope
      return cluster.pin(began)
    }
    return opening instanceof Promise ? opening.then(begin) : begin(opening)
  }

  /** Jest gives its time to each hook and to the test itself. */
  #times(test: Test | undefined | null, timeout: number | null | undefined, { testTimeout }: Circus.State): void {
    if (test) this.#open.get(test)?.timesOutIn(timeout ?? testTimeout)
  }

  async #end(test: Test): Promise<void> {
    const opened = this.#open.get(test)
    if (opened === undefined) return
    this.#open.delete(test)
    this.#begun.delete(test)
    const forgotten = unawaited(opened.scope)
    if (forgotten !== undefined) test.errors.push(forgotten)
    try {
      await scrubResult(opened.scope, test)
      await warnOfTitle(opened.scope, this.#file.path)
      await opened.end((cleanUps) => whatIsTold(test, cleanUps))
    } catch (error) {
      test.errors.push(error)
    }
  }

  #idOf(test: Test): string {
    return this.#tests.get(test) ?? ''
  }
}

/** Of each attempt, where there are several: only when one has failed it is known that there will be. */
function whatIsTold({ errors, invocations }: Test, cleanUps: readonly unknown[]): Told | undefined {
  const all = [...errors, ...cleanUps]
  return all.length > 0 || invocations > 1 ? { errors: all.map(thrownText) } : undefined
}

/** Takes redacted data out of the errors that Jest has of a test, before any reporter sees them. */
async function scrubResult(scope: Scope, test: Test): Promise<void> {
  if (!isOn(scope.redaction)) return
  const scrubbed = test.errors.map(async (error) =>
    // With one that shows where the test is.
    Array.isArray(error) ? scrubErrors(scope, error) : (await scrubErrors(scope, [error]))[0],
  )
  test.errors = (await Promise.all(scrubbed)) as Test['errors']
}

/** In the order in which Jest reports them. */
function testsOf(block: Circus.DescribeBlock): Test[] {
  return block.children.flatMap((child) => (child.type === 'describeBlock' ? testsOf(child) : [child]))
}

/** `suite > test` */
function nameOf({ name, parent }: Test): string {
  const names = [name]
  for (let block: Circus.DescribeBlock | undefined = parent; block?.parent !== undefined; block = block.parent) {
    names.unshift(block.name)
  }
  return names.join(' > ')
}

function isGenerator(fn: object): boolean {
  return Object.prototype.toString.call(fn) === '[object GeneratorFunction]'
}
