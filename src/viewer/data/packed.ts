import { type ReadonlySignal, signal } from '@preact/signals'
import { unpack } from './unpack.ts'

/** The text of a part as the file has it; undefined where the file ends before. */
export type TextOfPart = (index: number) => Promise<string | undefined>

/** Takes the lines of a part. */
type Take = (lines: string[]) => void

/** What tests did, as it lies in a file: in parts that are unpacked when somebody looks. */
export class Packed {
  readonly #all: Part[]
  readonly #ofTest = new Map<string, Part>()

  /** `ids`: the tests in the order of their lines, of which each part has so many as `sizes` says. */
  constructor(ids: readonly string[], sizes: readonly number[], textOf: TextOfPart, take: Take) {
    let from = 0
    this.#all = sizes.map((size, index) => {
      const part = new Part(() => textOf(index), take)
      for (const id of ids.slice(from, from + size)) this.#ofTest.set(id, part)
      from += size
      return part
    })
  }

  /** The part that has what a test did, where it did something; without a test all of them. */
  of(test?: string): readonly Part[] {
    if (test === undefined) return this.#all
    const part = this.#ofTest.get(test)
    return part === undefined ? [] : [part]
  }

  /** One after the other, so that the page goes on being drawn meanwhile. */
  async open(test?: string): Promise<void> {
    for (const part of this.of(test)) await part.open()
  }
}

type State = 'packed' | 'here' | 'broken'

class Part {
  readonly #text: () => Promise<string | undefined>
  readonly #take: Take
  readonly #state = signal<State>('packed')
  #opening: Promise<void> | undefined

  constructor(text: () => Promise<string | undefined>, take: Take) {
    this.#text = text
    this.#take = take
  }

  get state(): ReadonlySignal<State> {
    return this.#state
  }

  /** Once: what is broken stays so. */
  open(): Promise<void> {
    this.#opening ??= this.#open()
    return this.#opening
  }

  async #open(): Promise<void> {
    try {
      this.#take((await unpack((await this.#text()) ?? '')).split('\n'))
      this.#state.value = 'here'
    } catch {
      this.#state.value = 'broken'
    }
  }
}
