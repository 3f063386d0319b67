/** What a report says of itself, before the lines of its run. */
export interface PageHead {
  type: 'page'
  /** Of kafka-testkit. */
  version: string
  /** Of the run, when the page was made. */
  state: 'ended' | 'running' | 'lost'
  /** Milliseconds since the epoch. */
  madeAt: number
  /** How many lines of the run could not be read. */
  damaged: number
  /** Of how many tests that passed it is left out what they did, for the page would be too large. */
  leftOut: number
}
