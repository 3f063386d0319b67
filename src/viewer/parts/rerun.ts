import type { RunLine, TestLine } from '../../run/model.ts'

/** The command that runs just this test. */
export function rerunCommand({ runner }: RunLine, { file, name }: TestLine): string {
  // The runners put a test's titles together with blanks, and read the name as a regular expression.
  const pattern = name.replaceAll(' > ', ' ').replaceAll(/[.*+?^${}()|[\]\\]/g, '\\$&')
  return `npx ${runner.name === 'vitest' ? 'vitest run' : 'jest'} ${shellWord(file)} -t ${shellWord(pattern)}`
}

function shellWord(text: string): string {
  return /^[\w./@:=-]+$/.test(text) ? text : `'${text.replaceAll("'", "'\\''")}'`
}
