import { isNativeError, isPromise } from 'node:util/types'
import { type Context, runInContext } from 'node:vm'
import { type Caller, calledFrom } from '../kafka/caller.ts'
import type { Sandbox } from '../kafka/sandbox.ts'

interface Intrinsics {
  Object: ObjectConstructor
  Array: ArrayConstructor
  Date: DateConstructor
  Promise: PromiseConstructor
  errors: Record<string, ErrorConstructor>
  /** The clock, which fake timers replace. */
  now(): number
}

const intrinsics = `({
  Object, Array, Date, Promise,
  errors: { Error, TypeError, RangeError, SyntaxError, ReferenceError, EvalError, URIError, AggregateError },
  now: () => Date.now(),
})`

type Call = (...args: unknown[]) => unknown

/**
 * The realm of a test file, as the environment outside of it sees it. Whatever a test gets from outside is made into a
 * value of its realm, so that `toStrictEqual` and `instanceof` say what they would of a value that it made itself:
 * data and dates are copied, errors get the right prototype, and objects with methods a proxy that does this for what
 * they return. Bytes are left alone: Jest's sandbox has the `Buffer` of the outside.
 */
export class Realm implements Sandbox {
  readonly env: NodeJS.ProcessEnv
  readonly #of: Intrinsics
  readonly #proxies: WeakMap<object, object> = new WeakMap()
  readonly #targets: WeakMap<object, object> = new WeakMap()

  constructor(context: Context, env: NodeJS.ProcessEnv) {
    this.env = env
    this.#of = runInContext(intrinsics, context) as Intrinsics
  }

  now(): number {
    return this.#of.now()
  }

  /** What is of this realm already stays as it is, and so does all that isn't data. */
  revive<T>(value: T): T {
    if (typeof value !== 'object' || value === null) return value
    if (Array.isArray(value) && Object.getPrototypeOf(value) === Array.prototype) {
      return this.#of.Array.from(value, (element) => this.cross(element)) as T
    }
    if (Object.getPrototypeOf(value) === Object.prototype) {
      return this.#of.Object.fromEntries(Object.entries(value).map(([key, one]) => [key, this.cross(one)])) as T
    }
    if (value instanceof Date) return new this.#of.Date(value.getTime()) as T
    return value instanceof Error ? this.adopt(value) : value
  }

  /** An error as one of this realm; it stays the same object. */
  adopt<T>(error: T): T {
    if (!(error instanceof Error) || !isNativeError(error)) return error
    for (let proto = Object.getPrototypeOf(error); proto !== null; proto = Object.getPrototypeOf(proto)) {
      const { name } = (proto as { constructor?: { name: string } }).constructor ?? {}
      const same = this.#of.errors[name ?? '']
      if (same === undefined) continue
      const own = error.name
      Object.setPrototypeOf(error, same.prototype)
      // Classes that derive from Error may have their name in the prototype.
      if (error.name !== own) Object.defineProperty(error, 'name', { value: own, configurable: true, writable: true })
      break
    }
    if (error.cause !== undefined) error.cause = this.revive(error.cause)
    return error
  }

  /** Whatever crosses into the realm: data revived, promises, functions and objects with methods wrapped. */
  cross<T>(value: T): T {
    if (isPromise(value)) return this.#promise(value) as T
    if (typeof value === 'function' && value instanceof Function) return this.#function(value as unknown as Call) as T
    if (isApi(value)) return this.wrap(value)
    return this.revive(value)
  }

  /** An object with methods, for the test to hold. */
  wrap<T extends object>(api: T): T {
    const known = this.#proxies.get(api)
    if (known !== undefined) return known as T
    const members = new Map<unknown, unknown>()
    const proxy = new Proxy(api, {
      get: (target, key) => {
        const value: unknown = Reflect.get(target, key, target)
        if (typeof value !== 'function') return this.cross(value)
        const member = members.get(value) ?? this.#function(value.bind(target) as Call)
        members.set(value, member)
        return member
      },
    })
    this.#proxies.set(api, proxy)
    this.#targets.set(proxy, api)
    return proxy
  }

  /** What is behind a proxy that `wrap` made; anything else as it is. */
  unwrap(value: unknown): unknown {
    return typeof value === 'object' && value !== null ? (this.#targets.get(value) ?? value) : value
  }

  #function(call: Call): Call {
    const known = this.#proxies.get(call)
    if (known !== undefined) return known as Call
    const crossing = (...args: unknown[]): unknown => {
      const caller = { stack: '' }
      Error.captureStackTrace(caller, crossing)
      try {
        const result = call(...args.map((arg) => this.#outward(arg)))
        return isPromise(result) ? this.#promise(result, caller) : this.cross(result)
      } catch (error) {
        throw this.adopt(error)
      }
    }
    this.#proxies.set(call, crossing)
    return crossing
  }

  /** A promise of this realm. Its failure shows the caller, whom no `await` connects with what is outside. */
  #promise<T>(promise: Promise<T>, caller?: Caller): Promise<T> {
    return new this.#of.Promise((resolve, reject) => {
      promise.then(
        (value) => resolve(this.cross(value)),
        (error: unknown) => reject(this.adopt(calledFrom(caller, error))),
      )
    })
  }

  /** An argument on its way out: what a test's callbacks are given, as `eachMessage` is, has to cross in its turn. */
  #outward(value: unknown): unknown {
    if (typeof value === 'function') {
      const callback = (...args: unknown[]): unknown => (value as Call)(...args.map((arg) => this.cross(arg)))
      return Object.defineProperty(callback, 'name', { value: value.name })
    }
    if (typeof value !== 'object' || value === null) return value
    const isPlain = Object.getPrototypeOf(value) === this.#of.Object.prototype
    if (!isPlain || !Object.values(value).some((one) => typeof one === 'function')) return this.unwrap(value)
    return Object.fromEntries(Object.entries(value).map(([key, one]) => [key, this.#outward(one)]))
  }
}

/** Whether it is an object with methods, of a class of ours or of kafkajs, and no data. */
function isApi(value: unknown): value is object {
  if (typeof value !== 'object' || value === null || Array.isArray(value) || isNativeError(value)) return false
  const proto = Object.getPrototypeOf(value) as { constructor?: { name: string } } | null
  const { name } = proto?.constructor ?? {}
  return (
    proto !== Object.prototype &&
    value instanceof Object &&
    (globalThis as Record<string, unknown>)[name ?? ''] !== proto?.constructor
  )
}
