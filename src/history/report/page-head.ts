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

/** The head of a file, in which the run lies in blocks: an index, and parts of what tests did. */
export interface FileHead extends PageHead {
  /** How many lines there are of each type, in all blocks. */
  counts: Record<string, number>
  /** Of how many tests each part holds what they did, in the order of their lines. */
  parts: number[]
}
