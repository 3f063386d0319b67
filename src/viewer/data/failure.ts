import type { CheckLine } from '../../run/model.ts'

/** What the message of a check that failed says, in its parts. */
export interface Failure {
  facts: [label: string, text: string][]
  /** Where the closest record lies, and when it came. */
  closest: string | null
  /** The differences line by line, or what stands for them where they are redacted. */
  diff: string[]
  hints: string[]
}

/** Takes the message apart that `src/kafka/message.ts` puts together; what it doesn't know it leaves out. */
export function readFailure({ message }: Pick<CheckLine, 'message'>): Failure {
  const failure: Failure = { facts: [], closest: null, diff: [], hints: [] }
  let part: 'title' | 'facts' | 'diff' | 'timeline' | 'hint' = 'title'
  for (const line of (message ?? '').split('\n')) {
    const hint = /^Hint: (.*)$/.exec(line)
    const closest = /^Closest record: (.*)$/.exec(line)
    const fact = /^([A-Z][\w ]{0,20}): +(.*)$/.exec(line)
    if (hint !== null) {
      part = 'hint'
      failure.hints.push(hint[1]!)
    } else if (closest !== null && part !== 'diff') {
      part = 'diff'
      failure.closest = closest[1]!
    } else if (part === 'diff' && line !== 'Timeline') failure.diff.push(line)
    else if (line === 'Timeline') part = 'timeline'
    else if (fact !== null && (part === 'title' || part === 'facts')) {
      part = 'facts'
      failure.facts.push([fact[1]!, fact[2]!])
    } else if (part === 'facts' && line.startsWith('  ')) failure.facts.at(-1)![1] += `\n${line.trimStart()}`
    else if (part === 'hint' && line !== '') failure.hints[failure.hints.length - 1] += `\n${line}`
  }
  while (failure.diff.at(-1) === '') failure.diff.pop()
  return failure
}
