import { clearTimeout, type Moment, now, setTimeout } from './clock.ts'

/** Waits for a work until a deadline. What a late work does afterwards concerns nobody any more. */
export async function inTime<T>(work: Promise<T>, deadline: Moment, late: () => Error): Promise<T> {
  if (!Number.isFinite(deadline)) return work
  const { promise: over, reject } = Promise.withResolvers<never>()
  const timer = setTimeout(() => reject(late()), Math.max(0, deadline - now()))
  try {
    return await Promise.race([work, over])
  } finally {
    clearTimeout(timer)
  }
}
