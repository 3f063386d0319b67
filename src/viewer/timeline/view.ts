/** The part of the timeline in sight, from 0 to the length of its scale. */
export interface View {
  from: number
  to: number
}

/** How far one can go in: a ten-thousandth of it all. */
const CLOSEST = 1e-4

/** Closer by a factor, so that what lies under `center` (0 left, 1 right) stays there. */
export function zoom({ from, to }: View, factor: number, center: number, length: number): View {
  const width = Math.min(length, Math.max((to - from) / factor, length * CLOSEST))
  return within({ from: from + (to - from - width) * center, to: from + (to - from - width) * center + width }, length)
}

/** Along by a part of what is in sight. */
export function pan({ from, to }: View, part: number, length: number): View {
  const by = (to - from) * part
  return within({ from: from + by, to: to + by }, length)
}

function within({ from, to }: View, length: number): View {
  const width = to - from
  const left = Math.min(Math.max(0, from), length - width)
  return { from: left, to: left + width }
}

/** Round numbers of milliseconds, about so far from each other. */
export function stepNear(milliseconds: number): number {
  const power = 10 ** Math.floor(Math.log10(Math.max(milliseconds, 1e-3)))
  const factor = [1, 2, 5, 10].find((one) => one * power >= milliseconds) ?? 10
  return factor * power
}
