/** A window in which nothing happened, which is drawn as wide as a short one. */
interface Fold {
  from: number
  to: number
}

/** From milliseconds to a place on the timeline, in which idle windows are folded, and back. */
export interface Scale {
  folds: readonly Fold[]
  /** How long the timeline is with the windows folded. */
  length: number
  place(at: number): number
  time(place: number): number
}

/** What is folded is at least so long, in milliseconds, and this part of what is not folded yet. */
const LEAST = 40
const PART = 0.2
/** How wide a fold is drawn, as a part of what isn't folded. */
const WIDTH = 0.08

/** `times`: when something happened, in any order. */
export function makeScale(times: readonly number[]): Scale {
  const sorted = [...new Set([0, ...times])].sort((a, b) => a - b)
  const end = Math.max(sorted.at(-1)!, 1)
  const gaps = sorted.slice(1).map((to, index): Fold => ({ from: sorted[index]!, to }))
  const folds: Fold[] = []
  let rest = end
  for (const gap of gaps.toSorted((a, b) => lengthOf(b) - lengthOf(a))) {
    if (lengthOf(gap) < LEAST || lengthOf(gap) < PART * rest) break
    folds.push(gap)
    rest -= lengthOf(gap)
  }
  folds.sort((a, b) => a.from - b.from)
  // Where all happened at once the folds are all that there is.
  const width = Math.max(WIDTH * rest, folds.length === 0 ? 0 : 1)
  return {
    folds,
    length: rest + width * folds.length,
    place(at) {
      let place = at
      for (const { from, to } of folds) {
        if (at <= from) break
        place -= Math.min(at, to) - from - (width * (Math.min(at, to) - from)) / (to - from)
      }
      return place
    },
    time(place) {
      let left = place
      let time = 0
      for (const { from, to } of folds) {
        if (left <= from - time) break
        left -= from - time
        if (left <= width) return from + (left / width) * (to - from)
        left -= width
        time = to
      }
      return time + left
    },
  }
}

function lengthOf({ from, to }: Fold): number {
  return to - from
}
